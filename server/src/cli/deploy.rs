//! `tmux-builder deploy`

use std::path::{Path, PathBuf};

use clap::Args;
use domain::actor::Actor;
use domain::publishing::Source;
use protocol::{Project, Published, SiteId};
use serde_json::json;

use super::remote::Remote;
use super::{Failure, open, told};
use crate::compose::Base;
use crate::hosting::{self, HostingSettings};
use crate::settings::DataFolder;

/// What is published where.
#[derive(Args)]
pub struct Arguments {
    /// The folder to publish. It needs an index.html.
    directory: PathBuf,
    /// The project, by name, slug or id.
    #[arg(long, value_name = "NAME")]
    project: String,
    /// The id of the site to update. A new site is made if this is left out.
    #[arg(long, value_name = "ID")]
    site: Option<SiteId>,
    /// Print the site's id, the release and the address as JSON.
    #[arg(long)]
    json: bool,
    /// The address of the account in whose name to publish, if several accounts have a project of
    /// this name.
    #[arg(long, value_name = "EMAIL")]
    account: Option<String>,
    /// Where browsers reach a site; `{name}` stands for its name. [default: as the server of the
    /// data folder says]
    #[arg(long, value_name = "PATTERN", env = "TMUX_BUILDER_SITES_URL")]
    sites_url: Option<String>,
    #[command(flatten)]
    hosting: HostingSettings,
    #[command(flatten)]
    data: DataFolder,
}

/// Publishes and prints the address. An agent goes by the server that started it; an operator
/// works on the data folder.
pub async fn run(arguments: Arguments) -> Result<(), Failure> {
    let directory = std::path::absolute(&arguments.directory)?;
    let published = match Remote::of_environment() {
        Some(remote) => {
            let wish = json!({
                "project": arguments.project,
                "directory": directory,
                "site": arguments.site,
            });
            let mut answer = remote.post("/api/deployments", &wish).await?;
            serde_json::from_value(answer["published"].take())?
        }
        None => publish_here(&arguments, &directory).await?,
    };
    if arguments.json {
        println!("{}", serde_json::to_string(&published)?);
    } else {
        println!("{}", published.url);
    }
    Ok(())
}

async fn publish_here(arguments: &Arguments, directory: &Path) -> Result<Published, Failure> {
    let base = open(&arguments.data).await?;
    let sites_url = arguments
        .sites_url
        .clone()
        .unwrap_or_else(|| base.sites_url());
    let publishing = hosting::publishing(&base, &arguments.hosting, sites_url).await?;
    let (actor, project) = find_project(&base, arguments).await?;
    // The operator may publish any folder of the machine.
    let source = Source {
        root: directory.to_path_buf(),
        directory: PathBuf::from("."),
    };
    let published = match arguments.site {
        None => publishing.publish_new(&actor, &project, source).await,
        Some(site) => {
            let known = publishing.site(&actor, site).await.map_err(told)?;
            if known.project != project.id {
                return Err(format!("site {site} belongs to another project").into());
            }
            publishing.update(&actor, site, source).await
        }
    };
    published.map_err(|error| told(error).into())
}

/// The project, and an account that may publish in it.
async fn find_project(base: &Base, arguments: &Arguments) -> Result<(Actor, Project), Failure> {
    let accounts = base.accounts();
    let actors = match &arguments.account {
        Some(email) => vec![accounts.operator(email).await.map_err(told)?],
        None => accounts.operators().await.map_err(told)?,
    };
    let projects = base.projects();
    let mut found: Vec<(Actor, Project)> = Vec::new();
    let mut refusal = format!("there is no project called “{}”", arguments.project);
    for actor in actors {
        match projects
            .named(&actor, &arguments.project)
            .await
            .map_err(told)
        {
            Ok(project) if found.iter().any(|(_, known)| known.id == project.id) => {}
            Ok(project) => found.push((actor, project)),
            Err(error) => refusal = error.message,
        }
    }
    match (found.pop(), found.is_empty()) {
        (Some(only), true) => Ok(only),
        (Some(_), false) => Err("several accounts have such a project: say --account".into()),
        (None, _) => Err(refusal.into()),
    }
}
