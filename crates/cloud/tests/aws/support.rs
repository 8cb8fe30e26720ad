//! What the tests of AWS share.

pub mod evaluator;
pub mod faults;
pub mod ministack;
pub mod scene;
pub mod site;

pub use ministack::Ministack;
pub use scene::Scene;
