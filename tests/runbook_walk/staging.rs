//! Which step may run by itself: the one rule, with every reason why another may not.

use std::collections::BTreeMap;

use warroom::incident::EventKind;
use warroom::incident::event::{Answer, Decision, Standing, StepMark, StepOutcome, StepRun};
use warroom::runbook::Library;
use warroom::runbook::stage::{Allowed, Circumstances, Refusal, Stage, may_run};
use warroom::runbook::{Carried, Risk, Runbook, Values, Variable, Walk, parse};

/// A runbook of one step, marked assisted.
fn look(command: &str) -> Runbook {
    with("stages:\n  1: assisted", &format!("1. Look\n\n   ```sh\n   {command}\n   ```\n"))
}

fn with(front: &str, steps: &str) -> Runbook {
    parse("disk", &format!("---\n{front}\n---\n# Disk\n\n## Check\n\n{steps}"))
}

/// Everything the rule looks at; changed by a case, judged at its end.
struct Scene {
    book: Runbook,
    walk: Walk,
    allowed: Vec<Allowed>,
    values: Values,
    typed: BTreeMap<String, String>,
    carried: Carried,
    opened_by: Option<String>,
    incident_open: bool,
    reads_only: bool,
    stopped: bool,
}

impl Scene {
    /// A step that may run, of this runbook.
    fn of(book: Runbook) -> Self {
        let walk = Walk::open(&book);
        let allowed = walk.steps.iter().map(|step| Allowed::of("disk", &step.sha256)).collect();
        Self {
            book,
            walk,
            allowed,
            values: Values::default(),
            typed: BTreeMap::new(),
            carried: Carried::default(),
            opened_by: Some("ana".to_owned()),
            incident_open: true,
            reads_only: false,
            stopped: false,
        }
    }

    fn verdict(&self) -> Result<String, Refusal> {
        may_run(&Circumstances {
            runbook: &self.book,
            walk: &self.walk,
            allowed: &self.allowed,
            values: &self.values,
            typed: &self.typed,
            carried: &self.carried,
            who: "ana",
            opened_by: self.opened_by.as_deref(),
            incident_open: self.incident_open,
            reads_only: self.reads_only,
            stopped: self.stopped,
        })
    }

    /// What somebody did on the walk.
    fn did(mut self, kind: &EventKind) -> Self {
        self.walk.apply(kind);
        self
    }

    fn given(mut self, name: &str, value: &str) -> Self {
        self.values.other.insert(name.to_owned(), value.to_owned());
        self
    }
}

fn changed(mut scene: Scene, change: impl FnOnce(&mut Scene)) -> Scene {
    change(&mut scene);
    scene
}

fn usual() -> Scene {
    Scene::of(look("df -h"))
}

fn variable(name: &str) -> Carried {
    let value = Variable { value: "/tmp".to_owned(), shown: "/tmp".to_owned(), exported: true };
    Carried { folder: None, variables: BTreeMap::from([(name.to_owned(), value)]) }
}

fn marked(outcome: StepOutcome) -> EventKind {
    let (runbook, step, title) = ("disk".to_owned(), "1".to_owned(), "Look".to_owned());
    EventKind::StepMarked(StepMark { runbook, step, title, outcome, standing: Standing::default() })
}

fn alone(step: &str, title: &str, exit: i32) -> EventKind {
    EventKind::StepRan(StepRun {
        runbook: "disk".to_owned(),
        step: step.to_owned(),
        title: title.to_owned(),
        command: "df -h".to_owned(),
        exit: Some(exit),
        assisted: true,
        ..StepRun::default()
    })
}

fn answered() -> EventKind {
    EventKind::StepAnswered(Decision {
        runbook: "disk".to_owned(),
        step: "1".to_owned(),
        title: "If the disk is full, look".to_owned(),
        answer: Answer::Yes,
        to: None,
        skipped: Vec::new(),
        standing: Standing::default(),
    })
}

fn two() -> Runbook {
    let steps =
        "1. Look\n\n   ```sh\n   df -h\n   ```\n\n2. Look again\n\n   ```sh\n   du -sh /var\n   ```\n";
    with("stages:\n  1: assisted\n  2: assisted", steps)
}

fn question() -> Runbook {
    with("stages:\n  1: assisted", "1. If the disk is full, look\n\n   ```sh\n   df -h\n   ```\n")
}

type Case = (Scene, Refusal, &'static str);

fn who_has_to_want_it() -> Vec<Case> {
    vec![
        (
            changed(Scene::of(with("owner: ana", "1. Look\n\n   ```sh\n   df -h\n   ```\n")), |scene| {
                scene.allowed.clear();
            }),
            Refusal::Unmarked { allowed: false },
            "the runbook does not mark it assisted",
        ),
        (
            Scene::of(with("stages:\n  1: manual", "1. Look\n\n   ```sh\n   df -h\n   ```\n")),
            Refusal::Unmarked { allowed: true },
            "the configuration allows it, the runbook does not mark it assisted",
        ),
        (
            Scene::of(with("stages:\n  1: automatic", "1. Look\n\n   ```sh\n   df -h\n   ```\n")),
            Refusal::Unmarked { allowed: true },
            "the configuration allows it, the runbook does not mark it assisted",
        ),
        (
            changed(usual(), |scene| scene.allowed.clear()),
            Refusal::NotAllowed,
            "the configuration does not allow it",
        ),
        (
            changed(usual(), |scene| "other".clone_into(&mut scene.allowed[0].runbook)),
            Refusal::NotAllowed,
            "the configuration does not allow it",
        ),
        (
            changed(usual(), |scene| scene.allowed[0].sha256 = look("df -i").steps()[0].step.sha256()),
            Refusal::Outdated,
            "it was edited since the configuration allowed it",
        ),
        (changed(usual(), |scene| scene.reads_only = true), Refusal::ReadsOnly, "this console only reads"),
        (
            changed(usual(), |scene| scene.incident_open = false),
            Refusal::NoIncident,
            "no incident is open here",
        ),
        (
            changed(usual(), |scene| scene.opened_by = Some("maya".to_owned())),
            Refusal::NotOurs(Some("maya".to_owned())),
            "maya opened this walk",
        ),
        (
            changed(usual(), |scene| scene.opened_by = None),
            Refusal::NotOurs(None),
            "nobody is on record as having opened this walk",
        ),
    ]
}

fn what_it_waits_for() -> Vec<Case> {
    vec![
        (usual().did(&marked(StepOutcome::Done)), Refusal::Settled, "it is no longer open"),
        (usual().did(&alone("1", "Look", 0)), Refusal::Settled, "it is no longer open"),
        (
            changed(Scene::of(two()), |scene| scene.walk.current = 1),
            Refusal::Earlier("1".to_owned()),
            "step 1 comes first",
        ),
        (Scene::of(question()), Refusal::Unanswered, "it asks a question first"),
        (
            changed(usual(), |scene| scene.walk.steps[0].to_judge = true),
            Refusal::Unjudged,
            "what came out waits to be judged",
        ),
        (
            Scene::of(with("stages:\n  1: assisted", "1. Look around\n")),
            Refusal::NoCommand,
            "it has no command",
        ),
        (
            Scene::of(with(
                "stages:\n  1: assisted\ninteractive: 1",
                "1. Look\n\n   ```sh\n   df -h\n   ```\n",
            )),
            Refusal::Interactive,
            "it wants the terminal",
        ),
        (
            changed(usual(), |scene| scene.walk.steps[0].started = Some("41.disk-1".to_owned())),
            Refusal::Started,
            "it was started before, and nobody knows how it ended",
        ),
        (changed(usual(), |scene| scene.stopped = true), Refusal::Stopped, "it was stopped here"),
        (
            changed(Scene::of(two()).did(&alone("1", "Look", 1)), |scene| scene.walk.current = 1),
            Refusal::Held,
            "one that ran by itself failed; it goes on when you do",
        ),
    ]
}

fn what_fills_it() -> Vec<Case> {
    vec![
        (
            Scene::of(look("kubectl get pod <pod> -n <namespace>")),
            Refusal::Open(vec!["pod".to_owned(), "namespace".to_owned()]),
            "nothing known fills pod, namespace",
        ),
        (
            Scene::of(look("kubectl get pod <pod>")).given("pod", "-A"),
            Refusal::Open(vec!["pod".to_owned()]),
            "nothing known fills pod",
        ),
        (
            Scene::of(look("ssh <host> uptime")).given("host", "a; b"),
            Refusal::Open(vec!["host".to_owned()]),
            "nothing known fills host",
        ),
        (
            changed(Scene::of(look("kubectl get pod <pod>")).given("pod", "a"), |scene| {
                scene.typed.insert("POD".to_owned(), "a".to_owned());
            }),
            Refusal::Typed("pod".to_owned()),
            "its pod was typed by hand",
        ),
        (
            changed(Scene::of(look("{{status | raw}}")), |scene| {
                scene.values.trusted.insert("status".to_owned(), "df -h".to_owned());
            }),
            Refusal::Piece("status".to_owned()),
            "its status is a piece of a command",
        ),
        (
            changed(usual(), |scene| scene.carried = variable("PATH")),
            Refusal::Carried("PATH".to_owned()),
            "an earlier step set PATH, which decides what runs",
        ),
    ]
}

fn what_it_does() -> Vec<Case> {
    vec![
        (Scene::of(look("df -h \u{202e}")), Refusal::Hidden, "it holds hidden characters"),
        (Scene::of(look("mv a b")), Refusal::Text(Risk::Change), "it does more than read: change"),
        (Scene::of(look("rm -rf /srv")), Refusal::Text(Risk::Destroy), "it does more than read: destroy"),
        (
            Scene::of(with(
                "stages:\n  1: assisted\nrisks:\n  1: read",
                "1. Look\n\n   ```sh\n   deployctl status\n   ```\n",
            )),
            Refusal::Text(Risk::Change),
            "it does more than read: change",
        ),
        (
            Scene::of(with(
                "stages:\n  1: assisted\nrisks:\n  1: change",
                "1. Look\n\n   ```sh\n   df -h\n   ```\n",
            )),
            Refusal::Declared(Risk::Change),
            "the runbook says that it does more than read: change",
        ),
        (
            Scene::of(with(
                "stages:\n  1: assisted\nrisk: destroy",
                "1. Look\n\n   ```sh\n   df -h\n   ```\n",
            )),
            Refusal::Declared(Risk::Destroy),
            "the runbook says that it does more than read: destroy",
        ),
    ]
}

#[test]
fn a_step_runs_by_itself_only_where_nothing_speaks_against_it() {
    let refusals =
        [who_has_to_want_it(), what_it_waits_for(), what_fills_it(), what_it_does()].into_iter().flatten();
    for (scene, refusal, words) in refusals {
        assert_eq!(scene.verdict().as_ref(), Err(&refusal), "{:?}", scene.book.meta);
        assert_eq!(refusal.to_string(), words);
    }
}

#[test]
fn what_may_run_is_the_text_as_it_is_filled_and_quoted() {
    let cases: Vec<(Scene, &str)> = vec![
        (usual(), "df -h"),
        (Scene::of(question()).did(&answered()), "df -h"),
        (changed(usual(), |scene| scene.carried = variable("POD")), "df -h"),
        (
            Scene::of(look("grep <pod> /var/log/syslog")).given("pod", "a; rm -rf /"),
            "grep 'a; rm -rf /' /var/log/syslog",
        ),
        (
            changed(Scene::of(look("kubectl get pod <pod>")), |scene| {
                scene.values.trusted.insert("pod".to_owned(), "checkout-1".to_owned());
            }),
            "kubectl get pod checkout-1",
        ),
        (Scene::of(two()).did(&alone("1", "Look", 0)), "du -sh /var"),
    ];
    for (scene, text) in cases {
        assert_eq!(scene.verdict().as_deref(), Ok(text));
    }
}

#[test]
fn a_failure_holds_the_walk_until_a_person_goes_on() {
    let failed = || {
        let mut walk = Walk::open(&two());
        walk.apply(&alone("1", "Look", 1));
        walk
    };
    assert!(failed().held);
    let by_hand = EventKind::StepRan(StepRun {
        runbook: "disk".to_owned(),
        step: "1".to_owned(),
        title: "Look".to_owned(),
        exit: Some(1),
        ..StepRun::default()
    });
    for (kind, held) in
        [(marked(StepOutcome::Failed), false), (by_hand, false), (alone("2", "Look again", 1), true)]
    {
        let mut walk = failed();
        walk.observe(&kind);
        assert_eq!(walk.held, held, "{kind:?}");
    }
    let mut reloaded = failed();
    reloaded.rebind(&look("df -h"));
    assert!(reloaded.held, "an edit is nobody's go-ahead");
}

#[test]
fn a_mark_is_for_one_step_and_a_permission_for_one_text() {
    let book = two();
    assert_eq!([book.stage_of("1"), book.stage_of("3")], [Stage::Assisted, Stage::Manual]);
    let hash = book.steps()[1].step.sha256();
    let library = Library::from(vec![book]);
    for (allowed, outdated) in [
        (Allowed::of("disk", &hash), false),
        (Allowed::of("disk", &"0".repeat(64)), true),
        (Allowed::of("gone", &hash), false),
    ] {
        assert_eq!(allowed.is_outdated(&library), outdated, "{allowed:?}");
    }
    assert_eq!(
        Allowed::of("disk", "ab").lines(),
        ["[[assist]]", "runbook = \"disk\"", "step = \"sha256:ab\""]
    );
}
