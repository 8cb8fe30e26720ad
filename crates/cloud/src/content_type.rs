//! What a file is, by its name.

use mime_guess::mime;

/// The `Content-Type` of the file at `path`. Text is UTF-8: agents write nothing else.
#[must_use]
pub fn content_type(path: &str) -> String {
    let guess = mime_guess::from_path(path).first_or_octet_stream();
    if guess.subtype() == mime::JAVASCRIPT {
        return "text/javascript; charset=utf-8".to_owned(); // The one name of it since RFC 9239.
    }
    if is_text(&guess) {
        format!("{}; charset=utf-8", guess.essence_str())
    } else {
        guess.to_string()
    }
}

fn is_text(mime: &mime::Mime) -> bool {
    let is_text_format = |name: mime::Name<'_>| name == mime::JSON || name == mime::XML;
    mime.type_() == mime::TEXT
        || is_text_format(mime.subtype())
        || mime.suffix().is_some_and(is_text_format)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_has_a_charset_and_the_rest_has_none() {
        for (path, expected) in [
            ("index.html", "text/html; charset=utf-8"),
            ("a/STYLE.CSS", "text/css; charset=utf-8"),
            ("app.js", "text/javascript; charset=utf-8"),
            ("app.mjs", "text/javascript; charset=utf-8"),
            ("data.json", "application/json; charset=utf-8"),
            ("logo.svg", "image/svg+xml; charset=utf-8"),
            ("sitemap.xml", "text/xml; charset=utf-8"),
            (
                "site.webmanifest",
                "application/manifest+json; charset=utf-8",
            ),
            ("photo.jpeg", "image/jpeg"),
            ("app.wasm", "application/wasm"),
            ("font.woff2", "font/woff2"),
            ("film.mp4", "video/mp4"),
            ("LICENSE", "application/octet-stream"),
        ] {
            assert_eq!(content_type(path), expected, "{path}");
        }
    }
}
