//! Building: the files are written, looked at and published.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tokio::io::AsyncWrite;
use tokio::process::Command;

use super::agent::{Agent, Done, Stop};
use super::picture;
use super::request::Build;
use super::tools::{Called, Tools};
use super::turn::THOUGHT;

/// Where it builds the site, in its working folder.
const SITE: &str = "site";
/// The tool that publishes, as agents see it.
const DEPLOY: &str = "mcp__tmux-builder__deploy_site";

impl<W: AsyncWrite + Send + Unpin> Agent<W> {
    /// Makes or changes the site and publishes it.
    pub(super) async fn build(&mut self, build: Build) -> Result<(), Stop> {
        let Build {
            mut page,
            picture,
            intention,
            another,
        } = build;
        self.say(&intention).await?;
        self.pause(THOUGHT).await?;
        if let Some(path) = picture
            && let Some(found) = self.look_at(&path).await?
            && self.copy(&path, &found.picture.file).await?
        {
            if page.picture.is_none() && self.memory.page.is_none() {
                page.recolour(found.number);
            }
            page.picture = Some(found.picture);
        }
        let folder = self.settings.folder.join(SITE);
        let mut names: Vec<&str> = Vec::new();
        for file in page.files() {
            names.push(file.name);
            let path = folder.join(file.name);
            let is_there = tokio::fs::read(&path)
                .await
                .is_ok_and(|bytes| bytes == file.text.as_bytes());
            if is_there {
                continue;
            }
            if !self.write(path, file.text).await? {
                return self.say("Then I leave the files as they are.").await;
            }
            self.pause(THOUGHT).await?;
        }
        if another {
            self.memory.site = None;
        }
        self.memory.previous = self.memory.page.replace(page);
        self.count_bytes(&names).await?;
        self.pause(THOUGHT).await?;
        self.publish().await
    }

    /// Looks at an uploaded picture; `None` if it cannot be shown, which it then says.
    async fn look_at(&mut self, path: &Path) -> Result<Option<picture::Found>, Stop> {
        let path = picture::find(&self.settings.folder, path);
        let input = json!({"file_path": path.display().to_string()});
        let work = async {
            let (value, text, is_error) = match picture::read(&path).await {
                Ok(found) => {
                    let text = found.to_string();
                    (Some(found), text, false)
                }
                Err(reason) => (None, reason, true),
            };
            Done {
                value,
                text,
                is_error,
            }
        };
        let found = self.step("Read", input, false, work).await?.flatten();
        if found.is_none() {
            self.say("I cannot show that picture, so the page does without it.")
                .await?;
        }
        Ok(found)
    }

    async fn copy(&mut self, from: &Path, name: &str) -> Result<bool, Stop> {
        let from = picture::find(&self.settings.folder, from);
        let to = self.settings.folder.join(SITE).join(name);
        let command = format!("cp {} {SITE}/{name}", from.display());
        let input = json!({"command": command, "description": "Put the picture into the site"});
        let ask = self.settings.mode == "default";
        let copied = self.step("Bash", input, ask, copy_file(from, to)).await?;
        Ok(copied.is_some_and(|copied| copied))
    }

    async fn write(&mut self, path: PathBuf, text: String) -> Result<bool, Stop> {
        let input = json!({"file_path": path.display().to_string(), "content": text});
        let ask = self.settings.mode == "default";
        let written = self
            .step("Write", input, ask, write_file(path, text))
            .await?;
        Ok(written.is_some())
    }

    async fn count_bytes(&mut self, names: &[&str]) -> Result<(), Stop> {
        let files = names.iter().map(|name| format!("{SITE}/{name}"));
        let arguments: Vec<String> = ["-c".to_owned()].into_iter().chain(files).collect();
        let input = json!({
            "command": format!("wc {}", arguments.join(" ")),
            "description": "Check that the files are there",
        });
        let work = run("wc", &arguments, &self.settings.folder);
        self.step("Bash", input, false, work).await?;
        Ok(())
    }

    async fn publish(&mut self) -> Result<(), Stop> {
        let Some(file) = self.settings.tools.clone() else {
            return self
                .say("The site is in the folder `site`. I have no tool to publish it.")
                .await;
        };
        let mut arguments = json!({"directory": SITE});
        if let Some(site) = &self.memory.site {
            arguments["site"] = site.as_str().into();
        }
        let published = self
            .step(DEPLOY, arguments.clone(), false, deploy(&file, &arguments))
            .await?;
        match published.flatten() {
            Some(Published { site, url }) => {
                let text = match self.memory.site.replace(site) {
                    Some(_) => format!("The update is live: {url}"),
                    None => format!("Your site is live: {url}\n\n{NEXT}"),
                };
                self.say(&text).await
            }
            None => {
                self.say("The files are ready in `site`, but publishing them failed.")
                    .await
            }
        }
    }
}

/// What it says when a site is new.
const NEXT: &str = "Prices, hours and dates that you did not give me are examples. Tell me what to change: the name, \
    the colours (“darker”, “warmer”, “in blue”), opening hours, a section about something, or another look.";

async fn copy_file(from: PathBuf, to: PathBuf) -> Done<bool> {
    let copied = async {
        if let Some(folder) = to.parent() {
            tokio::fs::create_dir_all(folder).await?;
        }
        tokio::fs::copy(&from, &to).await
    };
    match copied.await {
        Ok(_) => Done {
            value: true,
            text: String::new(),
            is_error: false,
        },
        Err(error) => Done {
            value: false,
            text: error.to_string(),
            is_error: true,
        },
    }
}

async fn write_file(path: PathBuf, text: String) -> Done<()> {
    let written = async {
        if let Some(folder) = path.parent() {
            tokio::fs::create_dir_all(folder).await?;
        }
        tokio::fs::write(&path, text).await
    };
    match written.await {
        Ok(()) => {
            let text = format!("File created successfully at: {}", path.display());
            Done {
                value: (),
                text,
                is_error: false,
            }
        }
        Err(error) => Done {
            value: (),
            text: error.to_string(),
            is_error: true,
        },
    }
}

fn run(
    program: &str,
    arguments: &[String],
    folder: &Path,
) -> impl Future<Output = Done<()>> + use<> {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(folder)
        .kill_on_drop(true);
    async move {
        match command.output().await {
            Ok(output) => {
                let text = [output.stdout, output.stderr].concat();
                let text = String::from_utf8_lossy(&text).trim_end().to_owned();
                Done {
                    value: (),
                    text,
                    is_error: !output.status.success(),
                }
            }
            Err(error) => Done {
                value: (),
                text: error.to_string(),
                is_error: true,
            },
        }
    }
}

/// What the deploy tool tells programs.
struct Published {
    site: String,
    url: String,
}

async fn deploy(tools: &Path, arguments: &Value) -> Done<Option<Published>> {
    let called = async {
        Tools::connect(tools)
            .await?
            .call("deploy_site", arguments)
            .await
    };
    match called.await {
        Ok(Called {
            text,
            structured,
            is_error,
        }) => {
            let field = |name: &str| structured[name].as_str().map(str::to_owned);
            let value = if is_error {
                None
            } else {
                field("site")
                    .zip(field("url"))
                    .map(|(site, url)| Published { site, url })
            };
            Done {
                value,
                text,
                is_error,
            }
        }
        Err(error) => {
            let text = format!("The tool server cannot be used: {error}");
            Done {
                value: None,
                text,
                is_error: true,
            }
        }
    }
}
