//! The revision on record with a step: the commit, and whether the file is as that commit has it.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use warroom::io::files::UserFiles;
use warroom::runbook::Library;

use crate::daemon::skipped;

/// Runs git in a folder, without anybody's own settings; `None` where there is no git.
fn git(folder: &Path, words: &[&str]) -> Option<String> {
    let who =
        ["-c", "user.name=ana", "-c", "user.email=ana@warroom.example", "-c", "init.defaultBranch=main"];
    let out = Command::new("git")
        .args(who)
        .args(words)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .ok()?;
    assert!(out.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&out.stderr));
    Some(String::from_utf8_lossy(&out.stdout).trim().to_owned())
}

fn write(folder: &Path, file: &str, text: &str) {
    fs::create_dir_all(folder.join("team/runbooks")).expect("a folder");
    fs::write(folder.join("team/runbooks").join(file), text).expect("a runbook is written");
}

/// What is on record of `disk` and of `net`, and the library they come from.
fn revisions(folder: &Path, before: &Library) -> (Library, [Option<String>; 2]) {
    let (library, problems) = UserFiles::new(Some(folder.join("team"))).runbooks(before);
    assert_eq!(problems, []);
    let of = |name: &str| library.get(name).and_then(|book| book.revision.clone());
    let both = [of("disk"), of("net")];
    (library, both)
}

#[test]
fn the_revision_says_whether_the_file_is_as_the_commit_has_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let (_, none) = revisions(folder, &Library::default());
    assert_eq!(none, [None, None]);
    if git(folder, &["init", "--quiet"]).is_none() {
        return skipped::record("git");
    }
    write(folder, "disk.md", "# Disk\n\n1. Look\n");
    write(folder, "net.md", "# Net\n\n1. Look\n");
    git(folder, &["add", "."]);
    git(folder, &["commit", "--quiet", "-m", "runbooks"]);
    let commit = git(folder, &["rev-parse", "HEAD"]).expect("a commit")[..12].to_owned();
    let (library, both) = revisions(folder, &Library::default());
    assert_eq!(both, [Some(commit.clone()), Some(commit.clone())]);

    write(folder, "disk.md", "# Disk\n\n1. Look twice\n");
    let changed = Some(format!("{commit} + local changes"));
    let (edited, both) = revisions(folder, &library);
    assert_eq!(both, [changed.clone(), Some(commit.clone())]);
    let same = |name: &str, one: &Library, other: &Library| {
        Arc::ptr_eq(one.get(name).expect("a runbook"), other.get(name).expect("a runbook"))
    };
    assert!(same("net", &library, &edited), "what did not change is not parsed again");
    assert!(!same("disk", &library, &edited));

    git(folder, &["add", "."]);
    assert_eq!(revisions(folder, &edited).1, [changed, Some(commit.clone())], "staged is not committed");
    git(folder, &["commit", "--quiet", "-m", "twice"]);
    let next = git(folder, &["rev-parse", "HEAD"]).expect("a commit")[..12].to_owned();
    assert_eq!(revisions(folder, &edited).1, [Some(next.clone()), Some(next.clone())]);

    fs::remove_file(folder.join("team/runbooks/net.md")).expect("it is gone");
    write(folder, "new.md", "# New\n\n1. Look\n");
    fs::write(folder.join(".gitignore"), "net.md\n").expect("an ignored name");
    git(folder, &["rm", "--quiet", "--cached", "team/runbooks/net.md"]);
    git(folder, &["commit", "--quiet", "-m", "no net"]);
    write(folder, "net.md", "# Net\n\n1. Nobody has this\n");
    let (library, [disk, ignored]) = revisions(folder, &edited);
    let local =
        |revision: &Option<String>| revision.as_deref().is_some_and(|one| one.ends_with(" + local changes"));
    assert!(!local(&disk) && local(&ignored), "an ignored file is in no commit: {disk:?} {ignored:?}");
    assert!(local(&library.get("new").expect("a runbook").revision), "nor is a new one");
}
