//! The document of the API says what the server does: the same routes, the same answers, whatever it
//! is asked.

use std::collections::BTreeSet;

use protocol::Scope;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use server::router::{OPENAPI, ROUTES};

use crate::support::{Answer, Client, TestServer};

/// Routes of the API that are no part of the document: it itself.
const LEFT_OUT: [&str; 1] = ["/api/openapi.json"];

fn document() -> Value {
    serde_json::from_str(OPENAPI).unwrap()
}

/// Every operation: its path, its method and what the document says of it.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let mut all = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            all.push((path.clone(), method.to_uppercase(), operation.clone()));
        }
    }
    all
}

#[test]
fn the_document_has_the_routes_of_the_server() {
    let document = document();
    let operations = operations(&document);
    let written: BTreeSet<_> = operations
        .iter()
        .map(|(path, method, _)| (path.as_str(), method.as_str()))
        .collect();
    let served: BTreeSet<_> = ROUTES
        .iter()
        .filter(|(path, _)| path.starts_with("/api/") && !LEFT_OUT.contains(path))
        .flat_map(|(path, methods)| methods.iter().map(|method| (*path, *method)))
        .collect();
    assert_eq!(written, served);
}

/// What no program should send, and some do.
fn nasty() -> Vec<Value> {
    let texts = [
        "",
        " ",
        "\0",
        "../../etc/passwd",
        "%00%ff",
        "' OR 1=1 --",
        "\u{202e}drow \u{1f375}",
        "00000000-0000-0000-0000-000000000000",
        "{{7*7}}",
    ];
    let mut all: Vec<Value> = texts.map(Value::from).to_vec();
    all.extend([
        json!("x".repeat(10_000)),
        json!("0".repeat(64)),
        Value::Null,
        json!(true),
        json!(-1),
        json!(u64::MAX),
        json!(1e300),
        json!([]),
        json!([[["deep"]]]),
        json!({"a": {"b": null}}),
    ]);
    all
}

/// A server, a token that may do everything, and what there is to ask about.
struct Asked {
    client: Client,
    document: Value,
    project: String,
    session: String,
    guid: String,
    _server: TestServer,
}

impl Asked {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let (actor, _) = server.account("ada@example.org").await;
        let accounts = &server.services.accounts;
        let made = accounts.create_token(&actor, "all", &Scope::ALL).await;
        let client = Client::bearer(&server.url, made.unwrap().1.reveal());
        let body = json!({ "name": "Shops" });
        let made = client.post("/api/workspaces", &body).await.good();
        let guid = made["workspace"]["guid"].as_str().unwrap().to_owned();
        let body = json!({ "name": "Tea" });
        let project = client.post("/api/projects", &body).await.good();
        let project = project["project"]["id"].as_str().unwrap().to_owned();
        let body = json!({ "project_id": project });
        let session = client.post("/api/sessions/create", &body).await.good();
        let session = session["session_id"].as_str().unwrap().to_owned();
        Self {
            client,
            document: document(),
            project,
            session,
            guid,
            _server: server,
        }
    }

    /// A good value for an input called `name` of the route `path`.
    fn good(&self, path: &str, name: &str, schema: &Value) -> Value {
        match name {
            "guid" => json!(self.guid),
            "project_id" => json!(self.project),
            // No agent is to start here: the messages of a session that is not there.
            "id" if path.contains("claude-sessions") => json!(uuid::Uuid::new_v4()),
            "id" if path.starts_with("/api/projects") => json!(self.project),
            "id" if path.starts_with("/api/sessions") => json!(self.session),
            "id" | "site" => json!(uuid::Uuid::new_v4()),
            "uploads" => json!([]),
            _ => match &schema["type"] {
                kind if kind == "integer" => json!(1),
                _ => schema["enum"].get(0).cloned().unwrap_or(json!("tea")),
            },
        }
    }

    /// Asks with good values but for the input `bad`, which gets `value`, or is left out.
    async fn ask(
        &self,
        (path, method, operation): &(String, String, Value),
        bad: Option<(&str, Option<&Value>)>,
    ) -> Answer {
        let of = |name: &str, schema: &Value| match bad {
            Some((it, value)) if it == name => value.cloned(),
            _ => Some(self.good(path, name, schema)),
        };
        let (mut address, mut query, mut headers) = (path.clone(), Vec::new(), Vec::new());
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap();
            let Some(value) = of(name, &parameter["schema"]) else {
                continue;
            };
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            match parameter["in"].as_str().unwrap() {
                "path" => address = address.replace(&format!("{{{name}}}"), &escaped(&text)),
                "query" => query.push(format!("{name}={}", escaped(&text))),
                _ => headers.push((name.to_owned(), text)),
            }
        }
        if !query.is_empty() {
            address = format!("{address}?{}", query.join("&"));
        }
        let mut request = self
            .client
            .request(method.parse::<Method>().unwrap(), &address);
        for (name, value) in headers {
            if let Ok(value) = reqwest::header::HeaderValue::from_str(&value) {
                request = request.header(name, value);
            }
        }
        Answer::of(with_body(request, &operation["requestBody"], of)).await
    }

    /// Checks that an answer is one that the document knows.
    fn check(&self, (path, method, operation): &(String, String, Value), answer: &Answer) {
        let name = format!("{method} {path}: {} {}", answer.status, answer.text);
        assert!(answer.status < 500, "{name}");
        let responses = &operation["responses"];
        let mut response = &responses[answer.status.to_string()];
        if let Some(reference) = response["$ref"].as_str() {
            response = self.at(reference);
        }
        assert!(response.is_object(), "{name}");
        let schema = &response["content"]["application/json"]["schema"];
        // An answer to HEAD has the headers of an answer, and no body.
        if schema.is_object()
            && method != "HEAD"
            && answer
                .header("content-type")
                .starts_with("application/json")
        {
            self.fits(&answer.json(), schema, &name);
        }
    }

    fn at(&self, reference: &str) -> &Value {
        self.document
            .pointer(reference.trim_start_matches('#'))
            .unwrap_or_else(|| panic!("{reference}"))
    }

    /// Checks a value against as much of a schema as the document uses.
    #[track_caller]
    fn fits(&self, value: &Value, schema: &Value, name: &str) {
        let wrong = || format!("{value} does not fit {schema}\n{name}");
        if let Some(reference) = schema["$ref"].as_str() {
            return self.fits(value, self.at(reference), name);
        }
        if let Some(choices) = schema["anyOf"].as_array() {
            let is_null = |it: &Value| it["type"] == "null";
            let other = choices.iter().find(|it| !is_null(it)).unwrap();
            return match value {
                Value::Null => assert!(choices.iter().any(is_null), "{}", wrong()),
                value => self.fits(value, other, name),
            };
        }
        if let Some(constant) = schema.get("const") {
            assert_eq!(value, constant, "{}", wrong());
        }
        if let Some(choices) = schema["enum"].as_array() {
            assert!(choices.contains(value), "{}", wrong());
        }
        let kinds: Vec<_> = match &schema["type"] {
            Value::String(kind) => vec![kind.as_str()],
            Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
            _ => vec![],
        };
        let is_of = |kind: &&str| match *kind {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "integer" => value.is_u64() || value.is_i64(),
            "number" => value.is_number(),
            "boolean" => value.is_boolean(),
            _ => value.is_null(),
        };
        assert!(kinds.is_empty() || kinds.iter().any(is_of), "{}", wrong());
        for required in schema["required"].as_array().into_iter().flatten() {
            assert!(
                value.get(required.as_str().unwrap()).is_some(),
                "{}",
                wrong()
            );
        }
        for (key, inner) in value.as_object().into_iter().flatten() {
            match schema["properties"].get(key) {
                Some(schema) => self.fits(inner, schema, name),
                None => assert_ne!(schema["additionalProperties"], false, "{key}: {}", wrong()),
            }
        }
        for item in value.as_array().into_iter().flatten() {
            self.fits(item, &schema["items"], name);
        }
    }
}

fn escaped(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

fn with_body(
    request: RequestBuilder,
    body: &Value,
    of: impl Fn(&str, &Value) -> Option<Value>,
) -> RequestBuilder {
    let Some((kind, content)) = body["content"].as_object().and_then(|it| it.iter().next()) else {
        return request;
    };
    let fields = content["schema"]["properties"].as_object();
    let fields = fields.into_iter().flatten();
    let given = fields.filter_map(|(name, schema)| Some((name.clone(), of(name, schema)?)));
    match kind.as_str() {
        "application/json" => request.json(&given.collect::<Value>()),
        "multipart/form-data" => {
            let (boundary, mut text) = ("tea", String::new());
            for (name, value) in given {
                let value = value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned);
                text += &format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"");
                text += if name == "file" {
                    "; filename=\"tea.txt\"\r\n\r\n"
                } else {
                    "\r\n\r\n"
                };
                text += &format!("{value}\r\n");
            }
            text += &format!("--{boundary}--\r\n");
            let kind = format!("multipart/form-data; boundary={boundary}");
            request.header("content-type", kind).body(text)
        }
        kind => request.header("content-type", kind).body("Green tea\n"),
    }
}

/// The names of everything that an operation takes.
fn inputs(operation: &Value) -> Vec<String> {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let names = parameters.filter_map(|it| it["name"].as_str().map(str::to_owned));
    let contents = operation["requestBody"]["content"].as_object();
    let fields = contents
        .into_iter()
        .flatten()
        .filter_map(|(_, content)| content["schema"]["properties"].as_object())
        .flat_map(|fields| fields.keys().cloned());
    names.chain(fields).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_one_that_the_document_knows() {
    let asked = Asked::new().await;
    let nasty = nasty();
    for operation in operations(&asked.document) {
        asked.check(&operation, &asked.ask(&operation, None).await);
        for name in inputs(&operation.2) {
            let values = nasty.iter().map(Some).chain([None]);
            for value in values {
                let answer = asked.ask(&operation, Some((&name, value))).await;
                asked.check(&operation, &answer);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_no_json_are_refused() {
    let asked = Asked::new().await;
    for operation in operations(&asked.document) {
        let (path, method, about) = &operation;
        if !about["requestBody"]["content"]["application/json"].is_object() {
            continue;
        }
        let path = path
            .replace("{id}", &asked.project)
            .replace("{guid}", &asked.guid);
        for text in [
            "",
            "{",
            "null",
            "[]",
            "\"tea\"",
            "{\"name\":\"\\ud800\"}",
            "\u{0}",
        ] {
            let method: Method = method.parse().unwrap();
            let request = asked.client.request(method, &path);
            let request = request.header("content-type", "application/json");
            let answer = Answer::of(request.body(text)).await;
            asked.check(&operation, &answer);
            assert!(answer.status >= 400, "{path} took {text:?}");
        }
    }
}
