//! stub
#[derive(Debug)] pub struct Running;
pub enum ExecMsg {}
