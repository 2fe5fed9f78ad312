//! Later.
use super::home::Home;
use super::terminal::*;

#[test]
fn explore() {
    let home = Home::new();
    let data = home.data().display().to_string();
    let console = home.console(&["demo", "--speed", "30", "--data", &data]);
    console.wait_for_text("PAGING");
    println!("{}", console.text());
    console.keys_until("d", "Declare an incident");
    println!("{}", console.text());
    console.keys(ENTER);
    console.wait_for_text("declared SEV2");
    console.wait_for_text("See what is deployed");
    println!("{}", console.text());
    console.keys_until("3", "[3 Runbook]");
    console.keys_until("r", "Run this?");
    println!("{}", console.text());
    console.keys("y");
    console.wait_for_text("exit 0");
    println!("{}", console.text());
}
