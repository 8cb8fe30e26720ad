//! Decides as IAM does what policy documents allow: for what the emulator does not look at.

use serde_json::Value;

/// A request as policies see it.
#[derive(Clone, Debug, Default)]
pub struct Request<'a> {
    /// `s3:GetObject`.
    pub action: &'a str,
    /// ARN, or `*` for what is not about one.
    pub resource: &'a str,
    /// Keys of conditions with their values.
    pub context: &'a [(&'a str, &'a str)],
}

/// Whether a document allows a request: some statement allows it and none denies it.
pub fn allows(document: &str, request: &Request<'_>) -> bool {
    let document: Value = serde_json::from_str(document).unwrap();
    assert_eq!(document["Version"], "2012-10-17");
    let statements = document["Statement"].as_array().unwrap();
    let says = |effect: &str| {
        let mut matching = statements.iter().filter(|one| one["Effect"] == effect);
        matching.any(|statement| matches(statement, request))
    };
    says("Allow") && !says("Deny")
}

fn matches(statement: &Value, request: &Request<'_>) -> bool {
    let unknown = (statement.as_object().unwrap().keys())
        .find(|key| !["Sid", "Effect", "Action", "Resource", "Condition"].contains(&&***key));
    assert_eq!(unknown, None, "this evaluator does not know it");
    let action = request.action.to_lowercase();
    list(&statement["Action"]).any(|pattern| like(&pattern.to_lowercase(), &action))
        && list(&statement["Resource"]).any(|pattern| like(pattern, request.resource))
        && holds(&statement["Condition"], request)
}

fn holds(condition: &Value, request: &Request<'_>) -> bool {
    let operators = condition.as_object().into_iter().flatten();
    operators
        .flat_map(|(operator, keys)| {
            let keys = keys.as_object().unwrap().iter();
            keys.map(move |(key, wanted)| (operator, key, wanted))
        })
        .all(|(operator, key, wanted)| {
            let found = request.context.iter().find(|(known, _)| *known == key);
            // A key that the request does not have makes these conditions false.
            let Some((_, found)) = found else {
                return false;
            };
            list(wanted).any(|wanted| match &**operator {
                "StringEquals" => wanted == *found,
                "StringLike" | "ArnLike" | "ArnEquals" => like(wanted, found),
                other => panic!("this evaluator does not know {other}"),
            })
        })
}

/// One text, or a list of them.
fn list(value: &Value) -> impl Iterator<Item = &str> {
    let one = value.as_str().into_iter();
    let many = value.as_array().into_iter().flatten();
    one.chain(many.map(|value| value.as_str().unwrap()))
}

/// Whether a text matches a pattern with `*` and `?`.
fn like(pattern: &str, text: &str) -> bool {
    let mut rest = pattern.chars();
    match rest.next() {
        None => text.is_empty(),
        Some('*') => {
            let rest = rest.as_str();
            let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            ends.into_iter().any(|at| like(rest, &text[at..]))
        }
        Some(wanted) => {
            let mut text = text.chars();
            let found = text.next();
            found.is_some_and(|found| wanted == '?' || wanted == found)
                && like(rest.as_str(), text.as_str())
        }
    }
}

#[test]
fn the_evaluator_knows_wildcards_denials_and_conditions() {
    for (pattern, text, expected) in [
        ("", "", true),
        ("a*", "a", true),
        ("a*c", "abbc", true),
        ("a*c", "abbd", false),
        ("a?c", "abc", true),
        ("a?c", "ac", false),
        ("*/live/*", "x/live/y/z", true),
    ] {
        assert_eq!(like(pattern, text), expected, "{pattern} {text}");
    }
    let document = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:*", "Resource": ["a*", "b"]},
        {"Effect": "Deny", "Action": ["s3:Put*"], "Resource": "ab"},
        {"Effect": "Allow", "Action": "iam:Get*", "Resource": "*",
         "Condition": {"StringEquals": {"k": ["1", "2"]}}}]}"#;
    let ask = |action, resource, context| {
        let request = Request {
            action,
            resource,
            context,
        };
        allows(document, &request)
    };
    assert!(ask("s3:getobject", "ab", &[]));
    assert!(ask("s3:PutObject", "aa", &[]));
    assert!(!ask("s3:PutObject", "ab", &[]));
    assert!(!ask("s3:GetObject", "c", &[]));
    assert!(ask("iam:GetUser", "x", &[("k", "2")]));
    assert!(!ask("iam:GetUser", "x", &[("k", "3")]));
    assert!(!ask("iam:GetUser", "x", &[]));
}
