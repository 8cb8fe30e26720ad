//! Who may do what: every page, route, server function and message of the live socket refuses
//! whoever is not signed in, and knows nothing of another workspace's objects.
//!
//! What there is to walk is asked of the server itself. A new route or function that is in no
//! table here fails these tests.

mod functions;
mod live;
mod pages;
mod routes;
mod tokens;
mod world;

use world::World;

/// What a request wants, and so who may make it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Needs {
    /// Nothing: it is for everybody.
    Nothing,
    /// A sign-in. It concerns only whoever asks.
    SignIn,
    /// To be the account whose object it names.
    Owned,
    /// To read the workspace of the object it names.
    Read,
    /// To work there.
    Work,
    /// To own the workspace.
    Own,
}
