//! The tools that the other commands need. Whatever is there already is looked at, not rebuilt.

mod browser;
mod claude;
mod install;
mod ministack;
mod node;
mod packages;
mod rivals;
mod wasm;

use std::path::PathBuf;

pub use claude::Claude;
pub use node::Node;
pub use rivals::Rivals;
pub use wasm::Toolchain;

use crate::{
    failure::Result,
    places::{Places, Profile},
};

/// Where the tools are that a build needs and that are not simply on the PATH.
#[derive(Debug)]
pub struct Tools {
    /// Compiles the front end.
    pub toolchain: Toolchain,
    pub node: Node,
}

/// What only the tests need.
#[derive(Debug)]
pub struct Testing {
    pub chromium: PathBuf,
    pub claude: Claude,
    /// The emulator of AWS.
    pub ministack: PathBuf,
}

/// Installs what is missing to build with this profile.
pub fn for_build(places: &Places, profile: Profile) -> Result<Tools> {
    let toolchain = wasm::toolchain(places)?;
    install::wasm_bindgen(places)?;
    install::cargo_leptos(places, toolchain)?;
    let node = Node::find(places)?;
    node.packages(places, &places.root, profile)?;
    Ok(Tools { toolchain, node })
}

/// Installs what is missing to serve on this machine.
pub fn for_serving(places: &Places) -> Result<()> {
    packages::program(places, "tmux", &["tmux"])
}

/// Installs what is missing to run every test.
pub fn for_tests(places: &Places, node: &Node) -> Result<Testing> {
    for_serving(places)?;
    node.packages(places, &places.root.join("end2end"), Profile::Release)?;
    let chromium = browser::chromium(places)?;
    let claude = claude::install(places)?;
    let ministack = ministack::install(places)?;
    Ok(Testing {
        chromium,
        claude,
        ministack,
    })
}

/// Installs what the bench compares uploads with, as far as that is possible.
pub fn for_comparison(places: &Places) -> Rivals {
    rivals::install(places)
}
