//! Asks the listener for one file. Never asks another host, and reads no more than it needs.

use std::net::SocketAddr;
use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, Url};

/// How long one file may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of a page or a style sheet that are read.
pub const TEXT_BYTES: usize = 4 * 1024 * 1024;
/// Bytes of a picture that are read. A larger one is told to be large, and has what it says of
/// itself in front as a rule.
const PICTURE_BYTES: usize = 1024 * 1024;
/// Redirects that are followed.
const REDIRECTS: usize = 3;

/// A client of one release.
pub struct Fetcher {
    client: Client,
    origin: Url,
}

/// What came of asking for a file.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// The status of the answer; 0 if there was none.
    pub status: u16,
    /// Its `Content-Type` without parameters.
    pub content_type: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its content, if it is a page, a style sheet or a manifest.
    pub text: Option<String>,
    /// Whether that goes on after [`TEXT_BYTES`].
    pub is_cut: bool,
    /// Whether it is a picture that says where it was taken.
    pub tells_place: bool,
    /// Where it was after redirects.
    pub url: Url,
}

impl Fetched {
    /// Whether the file is there.
    #[must_use]
    pub const fn is_there(&self) -> bool {
        self.status >= 200 && self.status < 300
    }

    /// Whether it is a page.
    #[must_use]
    pub fn is_page(&self) -> bool {
        self.is_there() && self.content_type == "text/html"
    }
}

impl Fetcher {
    /// A client of the release at `origin`, which is served at `addr`.
    ///
    /// # Errors
    /// No client can be made.
    pub fn new(origin: Url, addr: SocketAddr) -> reqwest::Result<Self> {
        let host = origin.host_str().unwrap_or_default().to_owned();
        let stays = host.clone();
        let policy = Policy::custom(move |attempt| {
            let is_here = attempt.url().host_str() == Some(stays.as_str());
            if is_here && attempt.previous().len() <= REDIRECTS {
                attempt.follow()
            } else {
                attempt.stop()
            }
        });
        let client = Client::builder()
            .no_proxy()
            .resolve(&host, addr)
            .redirect(policy)
            .timeout(PATIENCE)
            .build()?;
        Ok(Self { client, origin })
    }

    /// The root of the release.
    #[must_use]
    pub const fn origin(&self) -> &Url {
        &self.origin
    }

    /// Asks for a file of the release as a program does, which is told that what is missing is
    /// missing: people may get the application's first page instead.
    pub async fn get(&self, url: &Url) -> Fetched {
        self.ask(url, "*/*").await
    }

    /// Asks for a page as a browser does.
    pub async fn get_as_browser(&self, url: &Url) -> Fetched {
        self.ask(url, "text/html").await
    }

    async fn ask(&self, url: &Url, accept: &str) -> Fetched {
        let answer = self.client.get(url.clone()).header(ACCEPT, accept).send();
        match answer.await {
            Ok(response) => read(response).await,
            Err(error) => {
                tracing::debug!(%url, error = %error.without_url(), "a file was not answered");
                Fetched {
                    status: 0,
                    content_type: String::new(),
                    bytes: 0,
                    text: None,
                    is_cut: false,
                    tells_place: false,
                    url: url.clone(),
                }
            }
        }
    }
}

async fn read(mut response: Response) -> Fetched {
    let content_type = response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let mut fetched = Fetched {
        status: response.status().as_u16(),
        bytes: response.content_length().unwrap_or(0),
        text: None,
        is_cut: false,
        tells_place: false,
        url: response.url().clone(),
        content_type,
    };
    let is_text = matches!(
        fetched.content_type.as_str(),
        "text/html" | "text/css" | "application/manifest+json" | "application/json"
    );
    let is_picture = matches!(
        fetched.content_type.as_str(),
        "image/jpeg" | "image/png" | "image/webp"
    );
    if fetched.is_there() && is_text {
        let text;
        (text, fetched.is_cut) = beginning(&mut response, TEXT_BYTES).await;
        fetched.bytes = fetched.bytes.max(text.len() as u64);
        fetched.text = Some(String::from_utf8_lossy(&text).into_owned());
    } else if fetched.is_there() && is_picture {
        let (picture, _) = beginning(&mut response, PICTURE_BYTES).await;
        fetched.bytes = fetched.bytes.max(picture.len() as u64);
        fetched.tells_place = pictures::tells_place(&picture);
    }
    fetched
}

/// The first bytes of an answer, at most so many, and whether it goes on.
async fn beginning(response: &mut Response, most: usize) -> (Vec<u8>, bool) {
    let mut bytes = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > most {
            bytes.truncate(most);
            return (bytes, true);
        }
    }
    (bytes, false)
}
