//! Keeps the house in order: which room may use which, who may touch the outside, how long things get.
//!
//! It reads the source and judges what it names. Each failure says where, what, and the way out. The
//! plan behind the rules is in ARCHITECTURE.md.

#![expect(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

mod architecture {
    pub mod arrows;
    pub mod code;
    pub mod functions;
    pub mod marks;
    pub mod paths;
    pub mod purity;
    pub mod size;
    pub mod tree;
}

use architecture::tree::{Source, expect_none, sources, tracked_texts};
use architecture::{arrows, marks, purity, size};

#[test]
fn a_room_uses_only_itself_and_rooms_to_its_left() {
    expect_none(&sources("src").iter().flat_map(arrows::breaches).collect::<Vec<_>>());
}

#[test]
fn pure_rooms_name_neither_the_outside_nor_a_clock_and_files_belong_to_io() {
    expect_none(&sources("src").iter().flat_map(purity::breaches).collect::<Vec<_>>());
}

#[test]
fn no_file_is_longer_than_its_budget() {
    expect_none(&sources("src").iter().filter_map(size::long_file).collect::<Vec<_>>());
}

#[test]
fn no_function_is_longer_than_its_budget() {
    expect_none(&sources("src").iter().flat_map(size::long_functions).collect::<Vec<_>>());
}

#[test]
fn most_functions_are_short() {
    assert_eq!(size::habits(&sources("src")), None);
}

#[test]
fn the_model_has_one_struct_a_pane_and_few_fields() {
    let sources = sources("src");
    let defined = sources.iter().filter(|source| size::fields(&source.code, "Model").is_some()).count();
    assert_eq!(defined, 1, "struct Model is defined once, with named fields");
    expect_none(&sources.iter().filter_map(size::crowded_model).collect::<Vec<_>>());
}

#[test]
fn every_file_says_what_lives_in_it_and_is_named_after_its_module() {
    let files: Vec<Source> = ["src", "tests", "benches"].into_iter().flat_map(sources).collect();
    expect_none(&files.iter().filter_map(marks::unsigned).collect::<Vec<_>>());
    expect_none(&files.iter().filter_map(marks::nameless).collect::<Vec<_>>());
}

#[test]
fn waivers_expire_and_say_why() {
    let files: Vec<Source> = ["src", "tests", "benches"].into_iter().flat_map(sources).collect();
    expect_none(&files.iter().flat_map(marks::waivers).collect::<Vec<_>>());
}

#[test]
fn nothing_is_left_unfinished() {
    expect_none(&sources("src").iter().flat_map(marks::unfinished).collect::<Vec<_>>());
}

#[test]
fn documentation_holds_no_example_that_nothing_runs() {
    expect_none(&sources("src").iter().flat_map(marks::dead_examples).collect::<Vec<_>>());
}

#[test]
fn the_project_speaks_of_itself_alone() {
    let judged = tracked_texts().into_iter().filter(|(path, _)| !path.starts_with("tests/fixtures/"));
    let breaches: Vec<_> = judged.flat_map(|(path, text)| marks::machine_paths(&path, &text)).collect();
    expect_none(&breaches);
}
