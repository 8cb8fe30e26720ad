//! Projects.

use leptos::prelude::*;
use protocol::{Guid, Project, ProjectId};

use super::Fault;

/// A project.
#[server]
pub async fn load_project(id: ProjectId) -> Result<Project, Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    services
        .projects
        .get(&actor, id)
        .await
        .map_err(server::fault)
}

/// Makes a project.
#[server]
pub async fn create_project(
    guid: Guid,
    name: String,
    description: String,
) -> Result<Project, Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    let created = services.projects.create(&actor, &guid, &name, &description);
    let project = created.await.map_err(server::fault)?;
    server::redirect(&crate::routes::Route::Project(guid, project.id).path());
    Ok(project)
}

/// Changes a project's name and description.
#[server]
pub async fn edit_project(
    id: ProjectId,
    name: String,
    description: String,
) -> Result<Project, Fault> {
    use super::server;
    use domain::projects::ProjectChange;
    let (services, actor) = server::enter()?;
    let change = ProjectChange {
        name: Some(name),
        description: Some(description),
        rules: None,
    };
    let edited = services.projects.edit(&actor, id, change);
    edited.await.map_err(server::fault)
}

/// Changes what a project's agents shall keep to.
#[server]
pub async fn set_project_rules(id: ProjectId, rules: String) -> Result<Project, Fault> {
    use super::server;
    use domain::projects::ProjectChange;
    let (services, actor) = server::enter()?;
    let change = ProjectChange {
        rules: Some(rules),
        ..ProjectChange::default()
    };
    let edited = services.projects.edit(&actor, id, change);
    edited.await.map_err(server::fault)
}

/// Puts a project away, or takes it out again.
#[server]
pub async fn archive_project(id: ProjectId, archived: bool) -> Result<Project, Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    services
        .archive_project(&actor, id, archived)
        .await
        .map_err(server::fault)
}

/// Words at the start of a request that say nothing about what is being built.
#[cfg(feature = "ssr")]
const FILLER: [&str; 19] = [
    "please", "can", "could", "you", "i", "want", "would", "like", "to", "create", "build", "make",
    "design", "write", "me", "us", "a", "an", "the",
];

/// A project's name for somebody's first words: the first line without its filler, six words at most.
#[cfg(feature = "ssr")]
pub(crate) fn name_from(message: &str) -> String {
    const WORDS: usize = 6;
    let line = message.trim().lines().next().unwrap_or_default();
    let is_filler = |word: &&str| {
        let word = word.trim_end_matches(',').to_lowercase();
        FILLER.contains(&word.as_str())
    };
    let words: Vec<&str> = line
        .split_whitespace()
        .skip_while(is_filler)
        .take(WORDS)
        .collect();
    let name: String = words
        .join(" ")
        .trim_end_matches(|c: char| c.is_ascii_punctuation())
        .chars()
        .filter(|c| !c.is_control())
        .take(protocol::NAME_CHARS)
        .collect();
    let mut rest = name.trim().chars();
    match rest.next() {
        Some(first) => first.to_uppercase().chain(rest).collect(),
        None => "New project".to_owned(),
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::name_from;

    #[test]
    fn a_project_is_named_after_what_is_built() {
        for (message, name) in [
            ("Create a tea shop website", "Tea shop website"),
            (
                "Please, build me a landing page.\nWith a form.",
                "Landing page",
            ),
            (
                "one two three four five six seven",
                "One two three four five six",
            ),
            ("create", "New project"),
            ("茶", "茶"),
        ] {
            assert_eq!(name_from(message), name);
        }
    }
}
