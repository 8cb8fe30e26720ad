//! How many tests passed: read from what each runner prints, and added up in one table.

use std::fmt;

/// What became of the tests of one suite.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub passed: u64,
    pub failed: u64,
    pub skipped: u64,
}

impl Counts {
    /// A check counts as one test.
    pub fn of_check(good: bool) -> Self {
        Self {
            passed: good.into(),
            failed: (!good).into(),
            skipped: 0,
        }
    }

    /// The line `Summary [ 0.5s] 12 tests run: 10 passed (1 slow), 1 failed, 1 timed out, 3 skipped`.
    pub fn from_nextest(printed: &str) -> Option<Self> {
        let summary = printed
            .lines()
            .rfind(|line| line.trim_start().starts_with("Summary ["))?;
        let mut counts = Self::default();
        for (number, word) in numbered(summary.split_once(" run: ")?.1) {
            match word.as_str() {
                "passed" => counts.passed += number,
                "skipped" => counts.skipped += number,
                // `failed`, `timed out`, `exec failed`, and whatever else may go wrong.
                _ => counts.failed += number,
            }
        }
        Some(counts)
    }

    /// The lines `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; …`, one per program.
    pub fn from_cargo_test(printed: &str) -> Option<Self> {
        let mut counts = None;
        for result in printed
            .lines()
            .filter_map(|line| line.strip_prefix("test result: "))
        {
            let counts = counts.get_or_insert_with(Self::default);
            let (_, numbers) = result.split_once(". ")?;
            for (number, word) in numbered(numbers) {
                match word.as_str() {
                    "passed" => counts.passed += number,
                    "failed" => counts.failed += number,
                    // Left out on purpose, or by `--skip`.
                    "ignored" | "filtered" => counts.skipped += number,
                    _ => {}
                }
            }
        }
        counts
    }

    /// Playwright's JSON report. What passed at the second try counts as passed; see [`flaky`].
    pub fn from_playwright(report: &str) -> Option<Self> {
        let report: serde_json::Value = serde_json::from_str(report).ok()?;
        let stats = &report["stats"];
        Some(Self {
            passed: stats["expected"].as_u64()? + stats["flaky"].as_u64()?,
            failed: stats["unexpected"].as_u64()?,
            skipped: stats["skipped"].as_u64()?,
        })
    }
}

/// How many tests of nextest passed only when they were tried again: `9 passed (2 slow, 1 flaky)`.
pub fn flaky_tests(printed: &str) -> u64 {
    let summary = printed
        .lines()
        .rfind(|line| line.trim_start().starts_with("Summary ["));
    let details = summary.and_then(|line| line.split_once(" passed (")?.1.split(')').next());
    let mut counts = details.map(numbered).unwrap_or_default().into_iter();
    counts
        .find(|(_, word)| word == "flaky")
        .map_or(0, |(number, _)| number)
}

/// How many journeys of Playwright's JSON report passed only when they were tried again.
pub fn flaky(report: &str) -> u64 {
    let report = serde_json::from_str::<serde_json::Value>(report).unwrap_or_default();
    report["stats"]["flaky"].as_u64().unwrap_or_default()
}

impl std::ops::Add for Counts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            skipped: self.skipped + other.skipped,
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} passed, {} failed, {} skipped",
            self.passed, self.failed, self.skipped
        )
    }
}

/// `3 passed (1 slow, 1 flaky), 0 failed` as pairs of number and word; brackets are details.
fn numbered(text: &str) -> Vec<(u64, String)> {
    let plain: String = text
        .split('(')
        .map(|part| part.split_once(')').map_or(part, |(_, rest)| rest))
        .collect();
    let pair = |part: &str| {
        let mut words = part.split_whitespace();
        Some((words.next()?.parse().ok()?, words.next()?.to_owned()))
    };
    plain.split([',', ';']).filter_map(pair).collect()
}

/// Everything that ran, in order.
#[derive(Debug, Default)]
pub struct Table {
    rows: Vec<(&'static str, Counts, String)>,
    notes: Vec<String>,
}

impl Table {
    pub fn add(&mut self, name: &'static str, counts: Counts, time: Option<String>) {
        self.rows.push((name, counts, time.unwrap_or_default()));
    }

    /// Says loudly, now and below the table, what the numbers do not tell.
    pub fn note(&mut self, note: String) {
        println!("{note}");
        self.notes.push(note);
    }

    /// Whether something ran and nothing failed.
    pub fn is_good(&self) -> bool {
        let total = self.total();
        total.failed == 0 && total.passed > 0
    }

    /// Whether no test ran at all.
    pub fn is_empty(&self) -> bool {
        self.total() == Counts::default()
    }

    fn total(&self) -> Counts {
        self.rows
            .iter()
            .fold(Counts::default(), |total, (_, counts, _)| total + *counts)
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "  {:<10} {:>7} {:>7} {:>8}  time",
            "", "passed", "failed", "skipped"
        )?;
        for (name, counts, time) in &self.rows {
            let Counts {
                passed,
                failed,
                skipped,
            } = counts;
            writeln!(
                f,
                "  {name:<10} {passed:>7} {failed:>7} {skipped:>8}  {time}"
            )?;
        }
        writeln!(f)?;
        for note in &self.notes {
            writeln!(f, "{note}\n")?;
        }
        write!(f, "{}", self.total())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(passed: u64, failed: u64, skipped: u64) -> Option<Counts> {
        Some(Counts {
            passed,
            failed,
            skipped,
        })
    }

    #[test]
    fn reads_nextest() {
        let check = |summary: &str, expected| {
            let printed = format!("   Compiling x\n     {summary}\n        FAIL [ 0.1s] x y\n");
            assert_eq!(Counts::from_nextest(&printed), expected, "{summary}");
        };
        check(
            "Summary [   0.5s] 3 tests run: 3 passed, 0 skipped",
            counts(3, 0, 0),
        );
        check(
            "Summary [   0.5s] 1 test run: 1 passed (1 slow), 7 skipped",
            counts(1, 0, 7),
        );
        check(
            "Summary [  62.1s] 9/12 tests run: 6 passed (2 slow, 1 flaky, 1 leaky), 1 failed, 1 timed out, \
             1 exec failed, 3 skipped",
            counts(6, 3, 3),
        );
        check("error: could not compile", None);
    }

    #[test]
    fn adds_up_cargo_test() {
        let printed = "running 3 tests\n\
            test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
            test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 4 filtered out; finished in 1.00s\n";
        assert_eq!(Counts::from_cargo_test(printed), counts(3, 2, 5));
        assert_eq!(Counts::from_cargo_test("error: could not compile"), None);
    }

    #[test]
    fn reads_playwright() {
        let report = r#"{"stats": {"expected": 20, "unexpected": 1, "flaky": 1, "skipped": 3}}"#;
        assert_eq!(Counts::from_playwright(report), counts(21, 1, 3));
        let summary =
            "Summary [  62.1s] 9 tests run: 9 passed (2 slow, 1 flaky, 1 leaky), 3 skipped";
        assert_eq!(flaky_tests(summary), 1);
        assert_eq!(
            flaky_tests("Summary [ 0.5s] 3 tests run: 3 passed, 0 skipped"),
            0
        );
        assert_eq!(flaky(report), 1);
        assert_eq!(flaky("{}"), 0);
        assert_eq!(Counts::from_playwright("{}"), None);
        assert_eq!(Counts::from_playwright(""), None);
    }

    #[test]
    fn the_table_ends_with_the_sum() {
        let mut table = Table::default();
        assert!(table.is_empty() && !table.is_good());
        table.add("lint", Counts::of_check(true), None);
        table.add(
            "crates",
            Counts {
                passed: 40,
                failed: 0,
                skipped: 2,
            },
            Some("9.0 s".to_owned()),
        );
        assert!(table.is_good());
        assert_eq!(
            table.to_string().lines().last(),
            Some("41 passed, 0 failed, 2 skipped")
        );
        table.add("journeys", Counts::of_check(false), None);
        assert!(!table.is_good());
    }
}
