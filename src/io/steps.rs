//! stub
use std::path::PathBuf;
use tokio::sync::mpsc::Sender;
use super::clock::Clock;
use super::runtime::Told;
use crate::app::effect::RunRequest;
#[derive(Debug)]
pub struct Steps;
impl Steps { pub fn new(_: PathBuf, _: Clock, _: Sender<Told>) -> Self { Self } pub fn run(&mut self, _: RunRequest) {} pub fn stop(&mut self) {} pub async fn close(&mut self) {} }
