//! An HTTP client that is somebody.

use reqwest::header::{ACCEPT, AUTHORIZATION, COOKIE, HeaderMap, SET_COOKIE};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use super::PATIENCE;

/// Whoever asks the server something.
#[derive(Clone)]
pub struct Client {
    /// Where the server is, without a slash at the end.
    pub url: String,
    headers: HeaderMap,
    http: reqwest::Client,
}

/// What the server answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Client {
    /// Somebody who is not signed in.
    pub fn stranger(url: &str) -> Self {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .build()
            .unwrap();
        Self {
            url: url.to_owned(),
            headers: HeaderMap::new(),
            http,
        }
    }

    /// A browser with a sign-in's secret.
    pub fn signed_in(url: &str, secret: &str) -> Self {
        let mut client = Self::stranger(url);
        let cookie = format!("tmux_builder={secret}");
        client.headers.insert(COOKIE, cookie.parse().unwrap());
        client
    }

    /// A script with a token.
    pub fn bearer(url: &str, token: &str) -> Self {
        let mut client = Self::stranger(url);
        let bearer = format!("Bearer {token}");
        client
            .headers
            .insert(AUTHORIZATION, bearer.parse().unwrap());
        client
    }

    /// What proves who this is.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// A request to add to.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.url))
            .headers(self.headers.clone())
    }

    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    /// Asks as a browser does that goes to a page.
    pub async fn visit(&self, path: &str) -> Answer {
        let request = self.request(Method::GET, path);
        Answer::of(request.header(ACCEPT, "text/html")).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.request(Method::POST, path).json(body)).await
    }
}

impl Answer {
    /// Sends the request. Every cookie that comes back is kept from scripts and other sites.
    pub async fn of(request: RequestBuilder) -> Self {
        Self::try_of(request).await.unwrap()
    }

    /// The same where the server may be gone.
    pub async fn try_of(request: RequestBuilder) -> reqwest::Result<Self> {
        let response = request.send().await?;
        let headers = response.headers().clone();
        for cookie in headers.get_all(SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            assert!(cookie.contains("; HttpOnly"), "{cookie}");
            assert!(cookie.contains("; SameSite="), "{cookie}");
        }
        Ok(Self {
            status: response.status().as_u16(),
            headers,
            text: response.text().await?,
        })
    }

    /// The body.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    /// The body of a good answer.
    #[track_caller]
    pub fn good(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text);
        self.json()
    }

    /// Checks that the API refused with this status, kind and field; returns its words.
    #[track_caller]
    pub fn refused(&self, status: u16, kind: &str, field: Option<&str>) -> String {
        assert_eq!(self.status, status, "{}", self.text);
        let body = self.json();
        assert_eq!(body["success"], false, "{body}");
        assert_eq!(body["error"]["kind"], kind, "{body}");
        assert_eq!(body["error"]["field"].as_str(), field, "{body}");
        let message = body["error"]["message"].as_str().unwrap_or_default();
        assert!(!message.is_empty(), "{body}");
        message.to_owned()
    }

    /// A header's text; empty without it.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }
}
