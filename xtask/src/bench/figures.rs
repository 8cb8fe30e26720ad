//! Figures, and the table of them.

use std::{fmt, fs, thread, time::SystemTime};

use serde_json::{Value, json};

use crate::failure::Failure;

/// What a figure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Thousands of bytes.
    Kilobytes,
    Mebibytes,
    Milliseconds,
    /// How many times the rival's.
    Times,
}

impl Unit {
    fn show(self, value: f64) -> String {
        match self {
            Self::Kilobytes => format!("{value:.1} KB"),
            Self::Mebibytes => format!("{value:.1} MiB"),
            Self::Milliseconds => format!("{value:.1} ms"),
            Self::Times => format!("{value:.2} ×"),
        }
    }
}

/// Something that was measured several times.
#[derive(Debug)]
pub struct Figure {
    name: &'static str,
    unit: Unit,
    goal: Option<f64>,
    samples: Vec<f64>,
    note: String,
}

impl Figure {
    pub fn new(name: &'static str, unit: Unit, samples: Vec<f64>) -> Self {
        Self {
            name,
            unit,
            goal: None,
            samples,
            note: String::new(),
        }
    }

    /// The most that it is meant to be.
    pub fn goal(mut self, goal: f64) -> Self {
        self.goal = Some(goal);
        self
    }

    /// What it is made of.
    pub fn note(mut self, note: String) -> Self {
        self.note = note;
        self
    }

    fn row(&self) -> [String; 5] {
        let reached = median(&self.samples);
        let (least, most) = range(&self.samples);
        let show = |value| self.unit.show(value);
        [
            self.name.to_owned(),
            self.goal.map_or_else(|| "–".to_owned(), show),
            show(reached),
            format!("{} – {}", bare(&show(least)), show(most)),
            self.goal.map_or_else(String::new, |goal| {
                let mark = if reached <= goal { "✓" } else { "✗" };
                format!("{:.2} {mark}", reached / goal)
            }),
        ]
    }

    fn to_json(&self) -> Value {
        let (least, most) = range(&self.samples);
        json!({
            "name": self.name,
            "unit": format!("{:?}", self.unit).to_lowercase(),
            "goal": self.goal,
            "median": median(&self.samples),
            "min": least,
            "max": most,
            "samples": self.samples,
            "note": self.note,
        })
    }
}

/// A value without its unit.
fn bare(shown: &str) -> &str {
    shown.split(' ').next().unwrap_or(shown)
}

/// The middle one; of an even number, the mean of the two in the middle. 0 of none.
pub fn median(samples: &[f64]) -> f64 {
    let (low, high) = (percentile_below(samples, 0.5), percentile(samples, 0.5));
    f64::midpoint(low, high)
}

/// The smallest sample that is larger than this part of all. 0 of none.
pub fn percentile(samples: &[f64], part: f64) -> f64 {
    at(samples, (samples.len() as f64 * part).floor() as usize)
}

fn percentile_below(samples: &[f64], part: f64) -> f64 {
    let rank = (samples.len() as f64 * part).ceil() as usize;
    at(samples, rank.saturating_sub(1))
}

fn at(samples: &[f64], index: usize) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().saturating_sub(1);
    sorted.get(index.min(last)).copied().unwrap_or_default()
}

fn range(samples: &[f64]) -> (f64, f64) {
    (at(samples, 0), at(samples, samples.len()))
}

/// All figures of a run, and under which load the machine was.
#[derive(Debug)]
pub struct Report {
    time: u64,
    load_at_start: String,
    cores: usize,
    figures: Vec<Figure>,
    missing: Vec<(String, String)>,
}

impl Report {
    /// Looks at the machine before anything is measured.
    pub fn start() -> Self {
        let time = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        Self {
            time: time.unwrap_or_default().as_secs(),
            load_at_start: load(),
            cores: thread::available_parallelism().map_or(1, Into::into),
            figures: Vec::new(),
            missing: Vec::new(),
        }
    }

    pub fn add(&mut self, figures: Vec<Figure>) {
        self.figures.extend(figures);
    }

    /// Something could not be measured.
    pub fn missing(&mut self, what: &str, why: &Failure) {
        self.missing.push((what.to_owned(), why.to_string()));
    }

    pub fn is_complete(&self) -> bool {
        self.missing.is_empty()
    }

    pub fn to_json(&self) -> String {
        let missing = self.missing.iter();
        let missing = missing.map(|(what, why)| json!({ "what": what, "why": why }));
        let report = json!({
            "time": self.time,
            "cores": self.cores,
            "load_at_start": self.load_at_start,
            "load_at_end": load(),
            "figures": self.figures.iter().map(Figure::to_json).collect::<Vec<_>>(),
            "missing": missing.collect::<Vec<_>>(),
        });
        format!("{report:#}\n")
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = ["", "goal", "reached", "least – most", "of goal"].map(str::to_owned);
        let rows: Vec<_> = self.figures.iter().map(Figure::row).collect();
        let widths: [usize; 5] = std::array::from_fn(|column| {
            let cells = rows.iter().chain([&head]);
            cells
                .map(|row| row[column].chars().count())
                .max()
                .unwrap_or(0)
        });
        let [name, goal, reached, between, part] = widths;
        let notes = self.figures.iter().map(|figure| figure.note.as_str());
        for (row, note) in [&head]
            .into_iter()
            .chain(&rows)
            .zip([""].into_iter().chain(notes))
        {
            let line = format!(
                "  {:name$}  {:>goal$}  {:>reached$}  {:>between$}  {:>part$}   {note}",
                row[0], row[1], row[2], row[3], row[4],
            );
            writeln!(f, "{}", line.trim_end())?;
        }
        for (what, why) in &self.missing {
            writeln!(f, "  NOT MEASURED: {what}: {why}")?;
        }
        let Self {
            load_at_start,
            cores,
            ..
        } = self;
        write!(
            f,
            "  load average of {cores} cores: {load_at_start} at the start, {} now",
            load()
        )
    }
}

/// The machine's load in the last 1, 5 and 15 minutes.
fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').take(3).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_and_percentiles() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
        assert_eq!(median(&[]), 0.0);
        let hundred: Vec<f64> = (1..=100).map(f64::from).collect();
        assert_eq!(percentile(&hundred, 0.99), 100.0);
        assert_eq!(percentile(&hundred, 0.5), 51.0);
        assert_eq!(range(&hundred), (1.0, 100.0));
    }

    #[test]
    fn a_row_says_whether_the_goal_was_reached() {
        let figure = Figure::new("start", Unit::Milliseconds, vec![120.0, 150.0, 90.0]);
        let row = figure.goal(100.0).row();
        assert_eq!(
            row,
            ["start", "100.0 ms", "120.0 ms", "90.0 – 150.0 ms", "1.20 ✗"]
        );
    }
}
