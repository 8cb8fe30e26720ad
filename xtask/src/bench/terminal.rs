//! Terminals through the product, against tmux alone: a flood of lines, and the echo of one key.

use std::{
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use super::{
    ROUNDS,
    figures::{Figure, Unit, median, percentile},
    folder::Folder,
    live::Shell,
    server::{Server, milliseconds},
    sessions::{Api, Session},
    tmux::Tmux,
};
use crate::failure::{Failure, Result};

/// Bytes of the flood.
const FLOOD: usize = 32 * 1024 * 1024;
/// Keys of one round.
const KEYS: usize = 300;
/// Between two keys, so that each finds everything at rest.
const PAUSE: Duration = Duration::from_millis(10);
/// Typed in turn: no sequence that a terminal gets for an echo has these letters in it.
const LETTERS: [u8; 2] = *b"xz";

/// Something to type into and to read from.
pub trait Terminal {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// The next bytes; waits for some, but not for ever.
    fn read(&mut self) -> io::Result<&[u8]>;
}

/// How long the shell takes to `cat` a flood, until the last byte has been read.
pub fn throughput(
    folder: &Folder,
    server: &Server,
    api: &Api,
    session: &Session,
) -> Result<Vec<Figure>> {
    let file = write_flood(folder)?;
    let mut shell = Shell::open(server, api, session)?;
    let alone = Tmux::start(folder, "flood")?;
    let (mut ours, mut theirs, mut read) = (Vec::new(), Vec::new(), 0);
    for round in 0..ROUNDS {
        let started = Instant::now();
        read += cat(&mut shell, &file, round).map_err(broken)?;
        ours.push(milliseconds(started.elapsed()));
        theirs.push(milliseconds(cat_alone(&alone, &file, round)?));
    }
    let part = read as f64 / (ROUNDS * FLOOD) as f64;
    let note = format!(
        "{:.0} ms : {:.0} ms; {:.0} % of the bytes arrived, {} times the screen was drawn anew",
        median(&ours),
        median(&theirs),
        100.0 * part,
        shell.snapshots,
    );
    Ok(vec![
        Figure::new(
            "32 MiB, against tmux alone",
            Unit::Times,
            ratios(&ours, &theirs),
        )
        .goal(1.1)
        .note(note),
    ])
}

/// How long after a key its letter comes back.
pub fn echo(folder: &Folder, server: &Server, api: &Api, session: &Session) -> Result<Vec<Figure>> {
    let mut shell = Shell::open(server, api, session)?;
    let alone = Tmux::start(folder, "echo")?;
    let mut attached = alone.attach()?;
    let mut rounds = [const { Vec::new() }; 4];
    for round in 0..ROUNDS {
        let ours = type_keys(&mut shell, round).map_err(broken)?;
        let theirs = type_keys(&mut attached, round).map_err(broken)?;
        for (samples, (times, part)) in
            rounds
                .iter_mut()
                .zip([(&ours, 0.5), (&theirs, 0.5), (&ours, 0.99), (&theirs, 0.99)])
        {
            samples.push(percentile(times, part));
        }
    }
    let [ours_p50, theirs_p50, ours_p99, theirs_p99] = rounds;
    let figure = |name, ours: &[f64], theirs: &[f64]| {
        let note = format!("{:.2} ms : {:.2} ms", median(ours), median(theirs));
        Figure::new(name, Unit::Times, ratios(ours, theirs))
            .goal(1.5)
            .note(note)
    };
    Ok(vec![
        figure("echo p50, against tmux attach", &ours_p50, &theirs_p50),
        figure("echo p99, against tmux attach", &ours_p99, &theirs_p99),
    ])
}

/// Cats a file, and reads until what is printed after it. How many bytes that was.
fn cat(terminal: &mut impl Terminal, file: &Path, round: usize) -> io::Result<usize> {
    let command = format!("cat {}; printf 'flood-%s\\n' {round}\r", file.display());
    terminal.write(command.as_bytes())?;
    read_until(terminal, format!("flood-{round}").as_bytes())
}

fn cat_alone(tmux: &Tmux, file: &Path, round: usize) -> Result<Duration> {
    let name = format!("flood-{round}");
    let command = format!("cat {}; {}", file.display(), tmux.wake(&name));
    tmux.run(&["send-keys", "-t", "bench", "-l", &command])?;
    let started = Instant::now();
    tmux.run(&["send-keys", "-t", "bench", "Enter", ";", "wait-for", &name])?;
    Ok(started.elapsed())
}

/// Types keys into `cat`, which the terminal itself echoes. Milliseconds of each.
fn type_keys(terminal: &mut impl Terminal, round: usize) -> io::Result<Vec<f64>> {
    terminal.write(format!("printf 'echo-%s\\n' {round}; cat\r").as_bytes())?;
    read_until(terminal, format!("echo-{round}").as_bytes())?;
    let mut times = Vec::with_capacity(KEYS);
    for letter in LETTERS.into_iter().cycle().take(KEYS) {
        thread::sleep(PAUSE);
        let started = Instant::now();
        terminal.write(&[letter])?;
        while !terminal.read()?.contains(&letter) {}
        times.push(milliseconds(started.elapsed()));
    }
    // A new line, then the end of what `cat` reads.
    terminal.write(b"\r\x04")?;
    Ok(times)
}

/// Reads until a text has come, which may be split. How many bytes that was.
fn read_until(terminal: &mut impl Terminal, text: &[u8]) -> io::Result<usize> {
    let mut tail = Vec::new();
    let mut count = 0;
    loop {
        let bytes = terminal.read()?;
        count += bytes.len();
        // The text is at the end of a flood; what comes before needs no look.
        let start = bytes.len().saturating_sub(4096);
        if start > 0 {
            tail.clear();
        }
        tail.extend_from_slice(&bytes[start..]);
        if tail.windows(text.len()).any(|window| window == text) {
            return Ok(count);
        }
        tail.drain(..tail.len().saturating_sub(text.len()));
    }
}

/// Coloured lines, as a build prints them.
fn write_flood(folder: &Folder) -> Result<PathBuf> {
    let mut text = String::with_capacity(FLOOD + 128);
    for line in 0.. {
        if text.len() >= FLOOD {
            break;
        }
        let colour = 31 + line % 6;
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "\x1b[1;{colour}m   Compiling\x1b[0m part-{line:07} v0.1.0 \
             \x1b[2m(/srv/projects/tea-shop/parts/{line:07})\x1b[0m"
        );
    }
    text.truncate(FLOOD);
    let file = folder.path().join("flood.txt");
    fs::write(&file, text).map_err(|error| Failure::file(&file, &error))?;
    Ok(file)
}

fn ratios(ours: &[f64], theirs: &[f64]) -> Vec<f64> {
    ours.iter()
        .zip(theirs)
        .map(|(ours, theirs)| ours / theirs)
        .collect()
}

fn broken(error: io::Error) -> Failure {
    Failure::new(format!("the terminal: {error}"), "look at the server's log")
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Pieces(Vec<&'static [u8]>);

    impl Terminal for Pieces {
        fn write(&mut self, _: &[u8]) -> io::Result<()> {
            Ok(())
        }

        fn read(&mut self) -> io::Result<&[u8]> {
            if self.0.is_empty() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            Ok(self.0.remove(0))
        }
    }

    #[test]
    fn a_split_text_is_found() {
        let mut pieces = Pieces(vec![b"abc flo", b"o", b"d-3 $", b"more"]);
        assert_eq!(read_until(&mut pieces, b"flood-3").unwrap(), 13);
        assert!(read_until(&mut pieces, b"flood-3").is_err());
    }
}
