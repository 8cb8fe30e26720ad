//! `cargo xtask …`: the project's own commands. Each one installs what it needs, says what it does
//! while it does it, and says what to do when it fails.

mod bench;
mod build;
mod failure;
mod places;
mod process;
mod run;
mod stamp;
mod step;
mod test;
mod tools;
mod version;

use std::process::ExitCode;

use failure::{Failure, Result};
use places::{Places, Profile};
use tools::Claude;

const HELP: &str = "\
cargo xtask COMMAND

  run [--release] [-- ARGS]  install what is missing, build, and serve (ARGS go to `tmux-builder serve`)
  build [--release]          build the site and the server
  test [FILTER]              every check and every test; with FILTER only the tests whose name contains it
  bench [aws|terminal]       measure a release build: bytes, start, memory, terminals, AWS (some 6 minutes)
  tools                      install every tool that the other commands need
  help                       this text

Tools are kept in TMUX_BUILDER_CACHE, else /var/cache/tmux-builder (root), else ~/.cache/tmux-builder.
CHROMIUM names the browser for the tests, if it is not found by itself.
What the steps print goes to the folder xtask/ in cargo's target folder.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(code) => code,
        Err(failure) => {
            report(&failure);
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<ExitCode> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (command, rest) = words
        .split_first()
        .map_or(("help", &[][..]), |(c, r)| (*c, r));
    if rest
        .iter()
        .take_while(|word| **word != "--")
        .any(|word| is_help(word))
    {
        println!("{HELP}");
        return Ok(ExitCode::SUCCESS);
    }
    match (command, rest) {
        ("tools", []) => {
            let places = Places::find()?;
            let tools = tools::for_build(&places, Profile::Release)?;
            let testing = tools::for_tests(&places, &tools.node)?;
            if let Claude::Missing(reason) = testing.claude {
                step::note(&reason);
            }
            println!("▸ every tool is there");
            Ok(ExitCode::SUCCESS)
        }
        ("build", _) => {
            let (profile, rest) = Profile::from_arguments(rest);
            refuse_surplus(rest)?;
            let places = Places::find()?;
            let tools = tools::for_build(&places, profile)?;
            build::everything(&places, &tools, profile)?;
            println!("▸ built {}", places.server(profile).display());
            Ok(ExitCode::SUCCESS)
        }
        ("run", _) => {
            let (profile, rest) = Profile::from_arguments(rest);
            let serve = match rest.split_first() {
                Some((&"--", serve)) => serve,
                _ => {
                    refuse_surplus(rest)?;
                    &[]
                }
            };
            run::serve(&Places::find()?, profile, serve).map(|never| match never {})
        }
        ("test", []) => test::run(&Places::find()?, None),
        ("test", [filter]) => test::run(&Places::find()?, Some(filter)),
        ("bench", []) => bench::run(&Places::find()?, bench::Part::Everything),
        ("bench", ["aws"]) => bench::run(&Places::find()?, bench::Part::Aws),
        ("bench", ["terminal"]) => bench::run(&Places::find()?, bench::Part::Terminals),
        (word, _) if is_help(word) => {
            println!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        _ => Err(unknown(&words.join(" "))),
    }
}

fn is_help(word: &str) -> bool {
    matches!(word, "help" | "--help" | "-h")
}

fn refuse_surplus(rest: &[&str]) -> Result<()> {
    if rest.is_empty() {
        Ok(())
    } else {
        Err(unknown(&rest.join(" ")))
    }
}

fn unknown(words: &str) -> Failure {
    Failure::new(format!("there is no `{words}` here"), HELP)
}

#[expect(clippy::print_stderr, reason = "a failure belongs on standard error")]
fn report(failure: &Failure) {
    eprintln!("{failure}");
}
