//! What the demo agent does for one message: what a script says, or a website.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::AsyncWrite;
use tokio::process::Command;

use super::agent::{Agent, Done, Stop};
use super::request::{self, Plan};
use super::script::{self, Directive};
use super::tools::{Called, Tools};

/// How long it thinks between steps.
const THOUGHT: Duration = Duration::from_millis(500);
/// How long a word of `[[slow N]]` takes, whatever the speed: tests rely on it.
const SLOW_WORD: Duration = Duration::from_millis(100);
/// Where it builds the site, in its working folder.
const SITE: &str = "site";
/// The tool that publishes, as agents see it.
const DEPLOY: &str = "mcp__tmux-builder__deploy_site";

/// How a turn ends when nobody stops it.
pub(super) enum End {
    Done,
    Failed(String),
}

impl<W: AsyncWrite + Send + Unpin> Agent<W> {
    /// Answers a message.
    pub(super) async fn turn(&mut self, message: &str) -> Result<End, Stop> {
        let (directives, words) = script::parse(message);
        for directive in &directives {
            if let Some(end) = self.act(directive, message).await? {
                return Ok(end);
            }
        }
        if !directives.is_empty() && (words.is_empty() || directives.contains(&Directive::Echo)) {
            return Ok(End::Done);
        }
        self.build(&words).await?;
        Ok(End::Done)
    }

    async fn act(&mut self, directive: &Directive, message: &str) -> Result<Option<End>, Stop> {
        match directive {
            Directive::Slow(words) => {
                let text: Vec<String> =
                    (1..=*words).map(|number| format!("word{number}")).collect();
                self.say_at(&text.join(" "), SLOW_WORD).await?;
            }
            Directive::Ask(tool) => self.ask_for(tool).await?,
            Directive::Question => self.question().await?,
            Directive::Fail => return Ok(Some(End::Failed("API Error: 500 as scripted".into()))),
            Directive::Exit(status) => return Err(Stop::Exit(*status)),
            Directive::Flood(lines) => {
                let text: String = (1..=*lines)
                    .map(|number| format!("line{number}\n"))
                    .collect();
                self.say_at(&text, Duration::ZERO).await?;
            }
            Directive::Retry => {
                for attempt in 1..=2 {
                    self.output.retry(attempt, 2, 500).await?;
                    self.pause(THOUGHT).await?;
                }
            }
            Directive::Hang => self.during(std::future::pending::<()>()).await?,
            Directive::Corrupt => self.output.raw(r#"{"type":"assistant","mess"#).await?,
            Directive::Echo => self.say(message).await?,
            Directive::Say(text) => self.say(text).await?,
        }
        Ok(None)
    }

    async fn ask_for(&mut self, tool: &str) -> Result<(), Stop> {
        let input = json!({"command": "true", "description": "Does nothing, as scripted"});
        let work = async {
            Done {
                value: (),
                text: "Done.".into(),
                is_error: false,
            }
        };
        let text = match self.step(tool, input, true, work).await? {
            Some(()) => "Thank you.",
            None => "Then I leave it.",
        };
        self.say(text).await
    }

    async fn question(&mut self) -> Result<(), Stop> {
        let input = json!({"questions": [{
            "question": "Which colour do you like?", "header": "Colour", "multiSelect": false,
            "options": [
                {"label": "Green", "description": "Calm and fresh"},
                {"label": "Blue", "description": "Clear and wide"},
            ],
        }]});
        let response = self
            .request("AskUserQuestion", &input, "toolu_question")
            .await?;
        let answers = response["updatedInput"]["answers"].as_object();
        let text = match answers.and_then(|answers| answers.values().next()) {
            Some(answer) => format!("You chose {}.", answer.as_str().unwrap_or_default()),
            None => "You did not choose.".into(),
        };
        self.say(&text).await
    }

    /// Makes or changes the site and publishes it.
    async fn build(&mut self, words: &str) -> Result<(), Stop> {
        let Plan {
            page,
            intention,
            another,
        } = request::plan(words, self.memory.page.as_ref());
        self.say(&intention).await?;
        self.pause(THOUGHT).await?;
        for (name, text) in [("index.html", page.html()), ("style.css", page.css())] {
            if !self.write(name, text).await? {
                return self.say("Then I leave the files as they are.").await;
            }
            self.pause(THOUGHT).await?;
        }
        if another {
            self.memory.site = None;
        }
        self.memory.page = Some(page);
        self.count_bytes().await?;
        self.pause(THOUGHT).await?;
        self.publish().await
    }

    async fn write(&mut self, name: &str, text: String) -> Result<bool, Stop> {
        let path = self.settings.folder.join(SITE).join(name);
        let input = json!({"file_path": path.display().to_string(), "content": text});
        let ask = self.settings.mode == "default";
        let written = self
            .step("Write", input, ask, write_file(path, text))
            .await?;
        Ok(written.is_some())
    }

    async fn count_bytes(&mut self) -> Result<(), Stop> {
        let arguments = ["-c", "site/index.html", "site/style.css"];
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
                self.memory.site = Some(site);
                let text = format!(
                    "Your site is live: {url}\n\nTell me another name, a colour, “darker” or “lighter”, \
                     or a sentence to put on the page."
                );
                self.say(&text).await
            }
            None => {
                self.say("The files are ready in `site`, but publishing them failed.")
                    .await
            }
        }
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

fn run(program: &str, arguments: &[&str], folder: &Path) -> impl Future<Output = Done<()>> + use<> {
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
