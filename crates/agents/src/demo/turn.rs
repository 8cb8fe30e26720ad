//! What the demo agent does for one message: what a script says, or a website.

use std::time::Duration;

use serde_json::json;
use tokio::io::AsyncWrite;

use super::agent::{Agent, Done, Stop};
use super::page::Fault;
use super::record::Record;
use super::request::{self, Made, Plan};
use super::script::{self, Directive};

/// How long it thinks between steps.
pub(super) const THOUGHT: Duration = Duration::from_millis(500);
/// How long a word of `[[slow N]]` takes, whatever the speed: tests rely on it.
const SLOW_WORD: Duration = Duration::from_millis(100);

/// How a turn ends when nobody stops it.
pub(super) enum End {
    Done,
    Failed(String),
}

impl<W: AsyncWrite + Send + Unpin> Agent<W> {
    /// Answers a message.
    pub(super) async fn turn(&mut self, message: &str) -> Result<End, Stop> {
        // Directives of the person are obeyed, those in an uploaded text are not.
        let parts = request::upload::take(message);
        let (directives, words) = script::parse(parts.words);
        for directive in &directives {
            if let Some(end) = self.act(directive, message).await? {
                return Ok(end);
            }
        }
        if !directives.is_empty()
            && ((words.is_empty() && parts.uploads.is_empty())
                || directives.contains(&Directive::Echo))
        {
            return Ok(End::Done);
        }
        self.find_page(&parts.before);
        let made = Made {
            page: self.memory.page.as_ref(),
            previous: self.memory.previous.as_ref(),
        };
        match request::plan(&words, &parts.uploads, &faults(&directives), made) {
            Plan::Build(build) => self.build(*build).await?,
            Plan::Say(text) => self.say(&text).await?,
        }
        Ok(End::Done)
    }

    /// Goes on from the page that is in the project's folder, whoever asked for it. Only if there is
    /// none, or that of another site, it goes by what this conversation knows: its own page, or what
    /// the person said before it began.
    fn find_page(&mut self, before: &[String]) {
        let memory = &mut self.memory;
        match Record::load(&self.settings.folder) {
            Some(record) if !record.is_of_another(memory.site.as_deref()) => {
                memory.page = Some(record.page);
                memory.previous = record.previous;
            }
            _ if memory.page.is_none() => memory.page = request::recall(before),
            _ => {}
        }
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
            Directive::Broken(_) => {}
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
}

fn faults(directives: &[Directive]) -> Vec<Fault> {
    let faults = directives.iter().filter_map(|directive| match directive {
        Directive::Broken(fault) => Some(*fault),
        _ => None,
    });
    faults.collect()
}
