//! What browsers and the delivery network are told about a file.

use crate::content_type::content_type;
use crate::hashed_name::has_hash;

/// Browsers ask each time, the network keeps it: every change is invalidated there.
const PAGE: &str = "public, max-age=0, must-revalidate, s-maxage=86400";
/// Never asked for again: the name changes with the content.
const FOREVER: &str = "public, max-age=31536000, immutable";
/// Long enough for one visit's pages, short enough that nobody waits for an update.
const SHORT: &str = "public, max-age=10, s-maxage=86400";

/// The headers that a file is stored with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headers {
    /// Its `Content-Type`.
    pub content_type: String,
    /// Its `Cache-Control`.
    pub cache_control: &'static str,
}

impl Headers {
    /// The headers of the file at `path`.
    #[must_use]
    pub fn of(path: &str) -> Self {
        let content_type = content_type(path);
        let cache_control = if is_page_type(&content_type) {
            PAGE
        } else if has_hash(path) {
            FOREVER
        } else {
            SHORT
        };
        Self {
            content_type,
            cache_control,
        }
    }
}

/// Whether the file at `path` is a page, which goes live after all that it may load.
#[must_use]
pub fn is_page(path: &str) -> bool {
    is_page_type(&content_type(path))
}

fn is_page_type(content_type: &str) -> bool {
    content_type.starts_with("text/html")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_asked_for_each_time_and_hashed_names_never_again() {
        for (path, expected) in [
            ("index.html", PAGE),
            ("a.3f2a1b9c.html", PAGE),
            ("docs/x.htm", PAGE),
            ("app.3f2a1b9c.js", FOREVER),
            ("a/b/app-3f2a1b9c4d5e.css", FOREVER),
            ("x.3f2a1b9c.chunk.js", FOREVER),
            ("app.js", SHORT),
            ("photo-20260204.jpg", SHORT),
            ("cafe-facade.png", SHORT),
            ("3f2a1b9c.js", SHORT),
            ("jquery-3.7.1.min.js", SHORT),
            ("My-Holiday2026.jpg", SHORT),
        ] {
            assert_eq!(Headers::of(path).cache_control, expected, "{path}");
        }
    }
}
