//! `cargo xtask test`: every check and every test, then one table of what ran.

mod outcome;

use std::{fs, path::Path, process::Command, process::ExitCode};

use outcome::{Counts, Table};

use crate::{
    build::{self, Site},
    failure::{Failure, Result},
    places::{Places, Profile},
    process,
    step::{self, Step},
    tools::{self, Claude, Testing, Tools},
};

/// Rust tests with this in their name need the real Claude CLI.
const CLAUDE_TESTS: &str = "claude_cli";
/// The packages whose tests run; the front end has no tests outside a browser.
const PACKAGES: [&str; 5] = ["--workspace", "--exclude", "frontend", "--exclude", "xtask"];
const CURE: &str = "mend what the log above says";

/// Runs everything, or only the tests whose name contains the filter. Goes on after a failure.
pub fn run(places: &Places, filter: Option<&str>) -> Result<ExitCode> {
    let tools = tools::for_build(places, Profile::Debug)?;
    let testing = tools::for_tests(places, &tools.node)?;
    let mut session = Session {
        places,
        tools,
        testing,
        filter,
        table: Table::default(),
    };
    if let Claude::Missing(reason) = &session.testing.claude {
        session.table.note(format!(
            "SKIPPED: the tests with the real Claude CLI: {reason}"
        ));
    }
    if filter.is_none() {
        session.checks()?;
    }
    session.rust_tests()?;
    session.journeys()?;
    println!("\n{}", session.table);
    if let (Some(filter), true) = (filter, session.table.is_empty()) {
        return Err(Failure::new(
            format!("no test has `{filter}` in its name"),
            "names are those of Rust's test functions with their modules, and the titles of journeys",
        ));
    }
    Ok(if session.table.is_good() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

struct Session<'a> {
    places: &'a Places,
    tools: Tools,
    testing: Testing,
    filter: Option<&'a str>,
    table: Table,
}

impl Session<'_> {
    fn checks(&mut self) -> Result<()> {
        let mut format = self.cargo(&["fmt", "--all", "--check", "--", "--color=never"]);
        self.check("format", "checking the format", &mut format)?;
        let mut tidy = self.cargo(&["test", "--quiet", "--no-fail-fast", "--package", "xtask"]);
        self.suite(
            "tidy",
            "testing the house rules",
            &mut tidy,
            Counts::from_cargo_test,
        )?;
        let mut lint = self.cargo(&["clippy"]);
        lint.args(PACKAGES)
            .args(["--all-targets", "--", "--deny", "warnings"]);
        self.check("lint", "linting", &mut lint)
    }

    fn rust_tests(&mut self) -> Result<()> {
        let title = "testing the crates";
        if process::which("cargo-nextest").is_some() {
            let mut nextest = self.nextest();
            let mut flaky = 0;
            self.suite("crates", title, &mut nextest, |printed| {
                flaky = outcome::flaky_tests(printed);
                Counts::from_nextest(printed)
            })?;
            self.tell_of_flaky(flaky, "tests");
        } else {
            let mut test = self.cargo(&["test", "--no-fail-fast", "--lib", "--bins", "--tests"]);
            test.args(PACKAGES).arg("--").args(self.filter);
            if self.claude().is_none() {
                test.args(["--skip", CLAUDE_TESTS]);
            }
            self.suite("crates", title, &mut test, Counts::from_cargo_test)?;
        }
        let mut examples = self.cargo(&["test", "--no-fail-fast", "--doc"]);
        examples.args(PACKAGES).arg("--").args(self.filter);
        self.suite(
            "examples",
            "testing the documentation",
            &mut examples,
            Counts::from_cargo_test,
        )
    }

    fn nextest(&self) -> Command {
        let mut nextest = self.cargo(&["nextest", "run", "--no-fail-fast", "--no-tests", "pass"]);
        nextest.args(PACKAGES);
        nextest.args(["--failure-output", "final", "--status-level", "fail"]);
        // What passes at the second try is named: it races, and costs nobody the whole run.
        nextest.args(["--retries", "1", "--final-status-level", "flaky"]);
        nextest.args(["--show-progress", "none"]);
        if self.claude().is_none() {
            nextest.args(["--filterset", &format!("not test({CLAUDE_TESTS})")]);
        }
        nextest.args(self.filter);
        nextest
    }

    fn journeys(&mut self) -> Result<()> {
        if self.filter.is_some() && !self.has_journeys()? {
            return Ok(());
        }
        if !self.build()? {
            return Ok(());
        }
        let report = self.places.logs.join("journeys.json");
        fs::remove_file(&report).ok();
        let mut playwright = self.playwright();
        playwright
            .args(["--workers=2", "--reporter=list,json"])
            .env("PLAYWRIGHT_JSON_OUTPUT_FILE", &report)
            .env("TMUX_BUILDER_BIN", self.places.server(Profile::Debug))
            .env("CHROMIUM", &self.testing.chromium)
            .envs(build::site_variables(self.places, Profile::Debug));
        self.suite("journeys", "testing in a browser", &mut playwright, |_| {
            Counts::from_playwright(&fs::read_to_string(&report).ok()?)
        })?;
        let flaky = outcome::flaky(&fs::read_to_string(&report).unwrap_or_default());
        self.tell_of_flaky(flaky, "journeys");
        Ok(())
    }

    fn tell_of_flaky(&mut self, count: u64, what: &str) {
        if count > 0 {
            self.table.note(format!(
                "FLAKY: {count} {what} passed only when they were tried again; the log names them. Mend them."
            ));
        }
    }

    /// Builds what the journeys use; warnings count as a failure, but do not keep them from running.
    fn build(&mut self) -> Result<bool> {
        let site = build::site(self.places, &self.tools, Profile::Debug);
        let built = site.and_then(|site| build::server(self.places, Profile::Debug).map(|()| site));
        let (good, failure) = match built {
            Ok(Site::Clean) => (true, None),
            Ok(Site::Warnings) => (
                true,
                Some(
                    Failure::new(
                        "the compiler warns about the front end",
                        "mend the warnings above",
                    )
                    .with_log(&self.places.logs.join("site.log")),
                ),
            ),
            Err(failure) => (false, Some(failure)),
        };
        if let Some(failure) = &failure {
            println!("{failure}\n");
        }
        if self.filter.is_none() || failure.is_some() {
            self.table
                .add("build", Counts::of_check(failure.is_none()), None);
        }
        Ok(good)
    }

    fn has_journeys(&self) -> Result<bool> {
        let step = Step::start(self.places, "journeys-list", "looking for journeys")?;
        let found = step.run(self.playwright().arg("--list"))?;
        step.done();
        Ok(found)
    }

    fn playwright(&self) -> Command {
        let folder = self.places.root.join("end2end");
        let script = Path::new("node_modules/@playwright/test/cli.js");
        let mut playwright = self.tools.node.script(self.places, script);
        playwright.current_dir(folder).arg("test");
        if let Some(filter) = self.filter {
            playwright.args(["--grep", filter]);
        }
        self.with_testing(playwright)
    }

    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut cargo = process::command(self.places, "cargo");
        cargo.args(arguments);
        self.with_testing(cargo)
    }

    /// Tells tests where the programs are that only they need.
    fn with_testing(&self, mut command: Command) -> Command {
        command.env("TMUX_BUILDER_TEST_MINISTACK", &self.testing.ministack);
        if let Some(program) = self.claude() {
            command.env("TMUX_BUILDER_TEST_CLAUDE", program);
        }
        command
    }

    fn claude(&self) -> Option<&Path> {
        match &self.testing.claude {
            Claude::There(program) => Some(program),
            Claude::Missing(_) => None,
        }
    }

    /// A check that is good or not.
    fn check(&mut self, name: &'static str, title: &str, command: &mut Command) -> Result<()> {
        let step = Step::start(self.places, name, title)?;
        let good = step.run(command)?;
        self.finish(name, &step, Counts::of_check(good))
    }

    /// Many tests, whose number is read from what they print.
    fn suite(
        &mut self,
        name: &'static str,
        title: &str,
        command: &mut Command,
        read: impl FnOnce(&str) -> Option<Counts>,
    ) -> Result<()> {
        let step = Step::start(self.places, name, title)?;
        let good = step.run(command)?;
        let mut counts = read(&step.printed()).unwrap_or(Counts::of_check(false));
        if !good && counts.failed == 0 {
            counts.failed = 1;
        }
        if self.filter.is_some() {
            // Those that the filter leaves out are not skipped: nobody asked for them.
            counts.skipped = 0;
        }
        self.finish(name, &step, counts)
    }

    fn finish(&mut self, name: &'static str, step: &Step, counts: Counts) -> Result<()> {
        if counts.failed == 0 {
            step.done();
        } else {
            println!(
                "{}\n",
                step.failed(format!("{name}: {} failed", counts.failed), CURE)
            );
        }
        self.table
            .add(name, counts, Some(step::spoken(step.elapsed())));
        Ok(())
    }
}
