//! Publishing as all agents are told to: an UPDATE of the project's site if it has one, and then a
//! line in the workspace's summary for whoever goes on.

use std::path::Path;

use serde_json::{Value, json};
use tokio::io::AsyncWrite;

use super::agent::{Agent, Done, Stop};
use super::build::SITE;
use super::tools::{Called, Tools};

/// The tools as agents see them: this, and the server's name.
const TOOL: &str = "mcp__tmux-builder__";

/// What it says where it cannot learn which sites the project has.
const UNKNOWN: &str = "The files are ready in `site`, but I could not find out whether this project has a site already. \
    So I have not published them: that might have made a second one. Ask for one more change, and I try again.";

/// Why a tool of the server's did nothing; the chat has its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusal {
    /// What was named is not there.
    NotFound,
    Other,
}

impl<W: AsyncWrite + Send + Unpin> Agent<W> {
    /// Publishes what is built, as `another` site or as the project's.
    pub(super) async fn publish(&mut self, another: bool) -> Result<(), Stop> {
        let Some(tools) = self.settings.tools.clone() else {
            return self
                .say("The site is in the folder `site`. I have no tool to publish it.")
                .await;
        };
        if another {
            self.memory.site = None;
        } else if self.memory.site.is_none() && !self.find_site(&tools).await? {
            return self.say(UNKNOWN).await;
        }
        let mut published = self.deploy(&tools).await?;
        if published == Err(Refusal::NotFound) && self.memory.site.take().is_some() {
            self.say("That site has been removed. I look which one the project has now.")
                .await?;
            if !self.find_site(&tools).await? {
                return self.say(UNKNOWN).await;
            }
            published = self.deploy(&tools).await?;
        }
        let published = published.unwrap_or_default();
        let (Some(site), Some(url)) = (text(&published["site"]), text(&published["url"])) else {
            return self
                .say("The files are ready in `site`, but publishing them failed.")
                .await;
        };
        self.record(Some(site.clone())).await?;
        self.note(&site, &url, &published["release"]).await?;
        let text = match self.memory.site.replace(site) {
            Some(_) => format!("The update is live: {url}"),
            None => format!("Your site is live: {url}\n\n{NEXT}"),
        };
        self.say(&text).await
    }

    /// Looks which site the project has, if it has one; `false` if that cannot be known.
    async fn find_site(&mut self, tools: &Path) -> Result<bool, Stop> {
        let Ok(listed) = self.use_tool(tools, "list_sites", json!({})).await? else {
            return Ok(false);
        };
        let sites = listed["sites"].as_array().map_or(&[][..], Vec::as_slice);
        let mut sites = sites.iter().filter_map(|site| text(&site["site"]));
        let recorded = self.recorded_site();
        // That of the files, else the one that changed last, of which the system prompt speaks too.
        self.memory.site = match recorded.filter(|site| sites.clone().any(|it| it == *site)) {
            Some(site) => Some(site),
            None => sites.next(),
        };
        Ok(true)
    }

    /// Publishes the folder at the site that it knows, else as a new one.
    async fn deploy(&mut self, tools: &Path) -> Result<Result<Value, Refusal>, Stop> {
        let mut arguments = json!({"directory": SITE});
        if let Some(site) = &self.memory.site {
            arguments["site"] = site.as_str().into();
        }
        self.use_tool(tools, "deploy_site", arguments).await
    }

    /// Uses a tool of the server's; what it tells programs, unless it refuses.
    async fn use_tool(
        &mut self,
        tools: &Path,
        name: &str,
        arguments: Value,
    ) -> Result<Result<Value, Refusal>, Stop> {
        let work = call(tools, name, &arguments);
        let told = self
            .step(&format!("{TOOL}{name}"), arguments.clone(), false, work)
            .await?;
        Ok(told.unwrap_or(Err(Refusal::Other)))
    }

    /// Writes into the workspace's summary what was published. Outside of a workspace there is none.
    async fn note(&mut self, site: &str, url: &str, release: &Value) -> Result<(), Stop> {
        let project = self.settings.folder.file_name();
        let workspace = self.settings.folder.ancestors().nth(2);
        let (Some(project), Some(workspace), Some(page)) = (project, workspace, &self.memory.page)
        else {
            return Ok(());
        };
        let path = workspace.join("summary.md");
        let Ok(summary) = tokio::fs::read_to_string(&path).await else {
            return Ok(());
        };
        let subject = format!("- `projects/{}`: ", project.display());
        let words = format!(
            "the demo agent has built “{}” in `{SITE}/`; release {release} of site `{site}` is at {url}",
            page.name,
        );
        let summary = with_line(&summary, &subject, &words);
        self.write(path, &summary, summary.as_bytes()).await?;
        Ok(())
    }
}

/// What it says when a site is new.
const NEXT: &str = "Prices, hours and dates that you did not give me are examples. Tell me what to change: the name, \
    the colours (“darker”, “warmer”, “in blue”), opening hours, a section about something, or another look.";

/// The summary with one line on this subject, at its end; the lines of others stay as they are.
fn with_line(summary: &str, subject: &str, words: &str) -> String {
    let others = summary.lines().filter(|line| !line.starts_with(subject));
    let mut lines: Vec<&str> = others.collect();
    let line = format!("{subject}{words}");
    lines.push(&line);
    lines.join("\n") + "\n"
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

async fn call(tools: &Path, name: &str, arguments: &Value) -> Done<Result<Value, Refusal>> {
    let called = async { Tools::connect(tools).await?.call(name, arguments).await };
    match called.await {
        Ok(Called {
            text,
            structured,
            is_error,
        }) => Done {
            value: match structured["error"]["kind"].as_str() {
                _ if !is_error => Ok(structured),
                Some("not_found") => Err(Refusal::NotFound),
                _ => Err(Refusal::Other),
            },
            text,
            is_error,
        },
        Err(error) => Done {
            value: Err(Refusal::Other),
            text: format!("The tool server cannot be used: {error}"),
            is_error: true,
        },
    }
}
