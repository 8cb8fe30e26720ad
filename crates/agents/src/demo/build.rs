//! Building: the files are written and looked at, then published.

use std::path::{Path, PathBuf};

use serde_json::json;
use tokio::io::AsyncWrite;
use tokio::process::Command;

use super::agent::{Agent, Done, Stop};
use super::picture;
use super::record::Record;
use super::request::Build;
use super::turn::THOUGHT;

/// Where it builds the site, in its working folder.
pub(super) const SITE: &str = "site";

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
            && self.write_picture(&found).await?
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
            let written = self.write(path, &file.text, file.text.as_bytes()).await?;
            if written.is_none() {
                return self.say("Then I leave the files as they are.").await;
            }
            self.pause(THOUGHT).await?;
        }
        self.memory.previous = self.memory.page.replace(page);
        let site = match another {
            true => None,
            false => self.memory.site.clone().or_else(|| self.recorded_site()),
        };
        self.record(site).await?;
        self.count_bytes(&names).await?;
        self.pause(THOUGHT).await?;
        self.publish(another).await
    }

    /// Keeps what it has built in the project's folder, for the conversations that follow.
    pub(super) async fn record(&mut self, site: Option<String>) -> Result<(), Stop> {
        let Some(page) = self.memory.page.clone() else {
            return Ok(());
        };
        let previous = self.memory.previous.clone();
        let record = Record {
            page,
            previous,
            site,
        };
        if let Err(error) = record.save(&self.settings.folder) {
            let text = format!("Other conversations will not know of this page: {error}.");
            self.say(&text).await?;
        }
        Ok(())
    }

    /// The site at which what is in the project's folder was published last.
    pub(super) fn recorded_site(&self) -> Option<String> {
        Record::load(&self.settings.folder)?.site
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

    /// Puts a picture into the site, without what it says beside what it shows.
    async fn write_picture(&mut self, found: &picture::Found) -> Result<bool, Stop> {
        let path = self.settings.folder.join(SITE).join(&found.picture.file);
        let content = format!("({found}, without what it says of place, time and camera)");
        let written = self.write(path, &content, &found.clean).await?;
        Ok(written == Some(true))
    }

    /// Writes a file, showing `content`; `None` if it was not allowed, else whether it worked.
    pub(super) async fn write(
        &mut self,
        path: PathBuf,
        content: &str,
        bytes: &[u8],
    ) -> Result<Option<bool>, Stop> {
        let input = json!({"file_path": path.display().to_string(), "content": content});
        let ask = self.settings.mode == "default";
        self.step("Write", input, ask, write_file(path, bytes))
            .await
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
}

async fn write_file(path: PathBuf, bytes: &[u8]) -> Done<bool> {
    let written = async {
        if let Some(folder) = path.parent() {
            tokio::fs::create_dir_all(folder).await?;
        }
        tokio::fs::write(&path, bytes).await
    };
    match written.await {
        Ok(()) => {
            let text = format!("File created successfully at: {}", path.display());
            Done {
                value: true,
                text,
                is_error: false,
            }
        }
        Err(error) => Done {
            value: false,
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
