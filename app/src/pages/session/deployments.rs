//! The sites of the session's project.

use leptos::prelude::*;
use protocol::ProjectId;

use super::super::deployments::SiteList;
use super::super::state::use_workspace;
use crate::api::sites::deployments;
use crate::ui::{EmptyState, IconName, Loaded};

/// The project's sites with their releases and the way back to an earlier one.
#[component]
pub fn SessionDeployments(
    /// The project.
    project: ProjectId,
) -> impl IntoView {
    let state = use_workspace();
    let sites = Resource::new(
        move || state.sites_changed.get(),
        move |_| async move {
            let mut found = deployments(state.guid()).await?;
            found
                .sites
                .retain(|deployment| deployment.site.project == project);
            Ok(found)
        },
    );
    view! {
        <div class="session-sites">
            <Loaded resource=sites let:found>
                {if found.sites.is_empty() {
                    view! {
                        <EmptyState
                            icon=IconName::Globe
                            title="Nothing published yet"
                            text="Ask the agent to publish. The site appears here with its address and every release."
                        />
                    }.into_any()
                } else {
                    view! { <SiteList found/> }.into_any()
                }}
            </Loaded>
        </div>
    }
}
