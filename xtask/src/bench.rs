//! `cargo xtask bench`: what the product costs, beside what it is meant to cost, in one table.
//!
//! Everything is measured in one run, on one machine, against a release build; rivals take turns
//! with the product. Figures are medians; the least and the most are beside them.

mod browser;
mod figures;
mod folder;
mod http;
mod live;
mod s3;
mod server;
mod sessions;
mod terminal;
mod tmux;

use std::{fs, process::ExitCode, time::Duration};

use figures::{Figure, Report, Unit};
use folder::Folder;
use server::Server;
use sessions::Api;

use crate::{
    build,
    failure::{Failure, Result},
    places::{Places, Profile},
    step::Step,
    tools::{self, Testing, Tools},
};

/// How often each figure is measured.
const ROUNDS: usize = 5;
/// After this time a server that has started has nothing more to do.
const SETTLED: Duration = Duration::from_secs(3);

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Everything,
    Terminals,
    /// Publishing to AWS.
    Aws,
}

/// Builds a release, measures it, prints the table and writes it to `bench.json`.
pub fn run(places: &Places, part: Part) -> Result<ExitCode> {
    if cfg!(not(target_os = "linux")) {
        return Err(Failure::new(
            "the bench reads /proc",
            "run it on Linux, on a machine that does nothing else",
        ));
    }
    let tools = tools::for_build(places, Profile::Release)?;
    let testing = tools::for_tests(places, &tools.node)?;
    let rivals = (part != Part::Terminals).then(|| tools::for_comparison(places));
    if part != Part::Aws {
        build::everything(places, &tools, Profile::Release)?;
    }

    let mut report = Report::start();
    let folder = Folder::make(places)?;
    if let Some(rivals) = rivals {
        measure(&mut report, places, "publishing to AWS", || {
            s3::publish(places, folder.path(), &testing.ministack, &rivals)
        });
    }
    if part != Part::Aws {
        measure_server(&mut report, places, &folder, &tools, &testing, part)?;
    }
    drop(folder);

    let json = places.logs.join("bench.json");
    fs::write(&json, report.to_json()).map_err(|error| Failure::file(&json, &error))?;
    println!("\n{report}\n  as JSON: {}", json.display());
    Ok(if report.is_complete() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Measures what needs a server.
fn measure_server(
    report: &mut Report,
    places: &Places,
    folder: &Folder,
    tools: &Tools,
    testing: &Testing,
    part: Part,
) -> Result<()> {
    server::make_owner(folder)?;
    if part == Part::Everything {
        measure(report, places, "starting the server", || starts(folder));
    }

    let server = Server::start(folder)?;
    let api = Api::connect(folder, &server)?;
    let session = if part == Part::Everything {
        measure(report, places, "asking 20 agents", || {
            sessions::ask_all(&api, &server)
        });
        api.first_session()
    } else {
        api.make_session()
    };
    match session {
        Ok(session) => {
            if part == Part::Everything {
                measure(report, places, "loading pages in a browser", || {
                    let mut script = tools.node.script(places, &browser::script(places));
                    script.current_dir(places.root.join("end2end"));
                    browser::first_loads(script, &testing.chromium, &server, &session)
                });
            }
            measure(report, places, "flooding terminals", || {
                terminal::throughput(folder, &server, &api, &session)
            });
            measure(report, places, "typing into terminals", || {
                terminal::echo(folder, &server, &api, &session)
            });
        }
        Err(failure) => report.missing("pages and terminals", &failure),
    }
    Ok(())
}

/// Takes one measurement; one that fails keeps none of the others from being taken.
fn measure(
    report: &mut Report,
    places: &Places,
    title: &str,
    take: impl FnOnce() -> Result<Vec<Figure>>,
) {
    let taken = Step::start(places, "bench", title).and_then(|step| {
        let figures = take()?;
        step.done();
        Ok(figures)
    });
    match taken {
        Ok(figures) => report.add(figures),
        Err(failure) => {
            println!();
            report.missing(title, &failure);
        }
    }
}

/// Starts the server again and again, as it starts after a restart of the machine.
fn starts(folder: &Folder) -> Result<Vec<Figure>> {
    let (mut listening, mut answers, mut memory) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let server = Server::start(folder)?;
        answers.push(server.first_answer()?);
        listening.push(server.listening());
        std::thread::sleep(SETTLED);
        memory.push(server.memory()?);
    }
    let note = format!(
        "{:.0} ms until it listens, then GET /sign-in",
        figures::median(&listening)
    );
    let start = Figure::new("process start to first answer", Unit::Milliseconds, answers);
    let total = memory.iter().map(|memory| memory.total).collect();
    let memory_note = server::explain(&memory);
    Ok(vec![
        start.goal(100.0).note(note),
        Figure::new("memory after start", Unit::Mebibytes, total)
            .goal(20.0)
            .note(memory_note),
    ])
}
