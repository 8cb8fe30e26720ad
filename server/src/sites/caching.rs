//! How long browsers may keep what they got.

use cloud::hashed_name::has_hash;

/// Asks before each use.
pub const ALWAYS_ASK: &str = "no-cache";
/// Never asks again: the name changes with the content.
const FOREVER: &str = "public, max-age=31536000, immutable";
/// Long enough for one visit's pages, short enough that nobody waits for an update.
const SHORT: &str = "public, max-age=10";

/// The `Cache-Control` of a published file.
#[must_use]
pub fn cache_control(path: &str, content_type: &str) -> &'static str {
    if content_type.starts_with("text/html") {
        ALWAYS_ASK
    } else if has_hash(path) {
        FOREVER
    } else {
        SHORT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_hash_are_kept_for_ever() {
        for path in [
            "app.3f2a1b9c.js",
            "a/b/app-3f2a1b9c4d5e.css",
            "x.3f2a1b9c.chunk.js",
        ] {
            assert_eq!(cache_control(path, "text/css"), FOREVER, "{path}");
        }
        for path in [
            "app.js",
            "photo-20260204.jpg",
            "cafe-facade.png",
            "3f2a1b9c.js",
            "3f2a1b9c",
            "a.b1/c.js",
        ] {
            assert_eq!(cache_control(path, "image/png"), SHORT, "{path}");
        }
        assert_eq!(
            cache_control("a.3f2a1b9c.html", "text/html; charset=utf-8"),
            ALWAYS_ASK
        );
    }
}
