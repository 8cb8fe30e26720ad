//! A proxy on loopback in front of the emulator that lets one call fail: any of them, in any of
//! the ways in which calls fail. The product does not know of it.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use cloud::aws::clients::Clients;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy, copy_bidirectional, sink};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::Ministack;
use super::ministack::root_at;

/// How a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is refused; nothing happens in AWS.
    Refused,
    /// It is done in AWS; its answer gets lost, and the sender is told of a failure.
    Lost,
    /// It does not reach AWS, and there is no answer. Who stops waiting now, has died before it.
    Stuck,
    /// It does not reach AWS, for its connection is cut. Only once: a new attempt goes through.
    Cut,
    /// It does not reach AWS, for AWS says this status and code, however often it is asked.
    Says(u16, &'static str),
}

/// The proxy. It passes everything on until it is armed.
pub struct Faults {
    url: String,
    state: Arc<State>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct State {
    calls: Mutex<Calls>,
    /// So many looks at a distribution still say that it is on its way. (The emulator's are there
    /// at once.)
    in_progress: AtomicUsize,
    /// Whether the call that shall fail was there.
    met: watch::Sender<bool>,
}

#[derive(Default)]
struct Calls {
    fault: Option<(usize, Fault)>,
    /// Each call since it was armed: its id, which all its attempts bear, and what it asks for.
    seen: Vec<(String, String)>,
}

impl Faults {
    /// Starts a proxy before the emulator.
    pub async fn before(ministack: &Ministack) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::<State>::default();
        let (port, shared) = (ministack.port(), Arc::clone(&state));
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let state = Arc::clone(&shared);
                // A connection that breaks is as good as any other end of it.
                tokio::spawn(async move { pass(client, port, &state).await.ok() });
            }
        });
        Self { url, state, task }
    }

    /// Clients that may do everything, through the proxy.
    pub async fn root(&self) -> Clients {
        root_at(self.url.clone()).await
    }

    /// Does `work` with a fault at its call number `n`, counted from 0. Where that call is stuck,
    /// the work is dropped there, as if its process were killed. Returns what it returned, unless
    /// it was, and whether it came to that call at all.
    pub async fn with<T>(
        &self,
        fault: Fault,
        n: usize,
        work: impl Future<Output = T>,
    ) -> (Option<T>, bool) {
        self.arm(n, fault);
        let killed = async {
            self.met().await;
            if fault != Fault::Stuck {
                std::future::pending::<()>().await;
            }
        };
        let result = tokio::select! {
            result = work => Some(result),
            () = killed => None,
        };
        self.disarm();
        let met = *self.state.met.borrow();
        (result, met)
    }

    /// Lets the call number `n` from now on fail, counted from 0.
    pub fn arm(&self, n: usize, fault: Fault) {
        self.state.met.send_replace(false);
        *self.state.calls.lock().unwrap() = Calls {
            fault: Some((n, fault)),
            seen: Vec::new(),
        };
    }

    /// Lets everything through again.
    pub fn disarm(&self) {
        self.state.calls.lock().unwrap().fault = None;
    }

    /// Waits until the call that shall fail is there.
    pub async fn met(&self) {
        self.state
            .met
            .subscribe()
            .wait_for(|met| *met)
            .await
            .unwrap();
    }

    /// Lets CloudFront take its time: the next looks at a distribution say so.
    pub fn deploy_after(&self, looks: usize) {
        self.state.in_progress.store(looks, Ordering::SeqCst);
    }

    /// What was called since it was armed.
    pub fn calls(&self) -> Vec<String> {
        let calls = self.state.calls.lock().unwrap();
        calls.seen.iter().map(|(_, what)| what.clone()).collect()
    }
}

impl Drop for Faults {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Calls {
    /// What shall happen to a request with this head.
    fn fault(&mut self, head: &str) -> Option<Fault> {
        let id = header(head, "amz-sdk-invocation-id").unwrap_or_default();
        let known = self.seen.iter().position(|(seen, _)| seen == id);
        let number = known.unwrap_or(self.seen.len());
        if known.is_none() {
            let line = head.lines().next().unwrap_or_default();
            let action = header(head, "x-amz-target").unwrap_or_default();
            self.seen.push((id.to_owned(), format!("{line} {action}")));
        }
        let (_, fault) = self.fault.filter(|(wanted, _)| *wanted == number)?;
        Some(fault).filter(|fault| known.is_none() || *fault != Fault::Cut)
    }
}

impl State {
    /// Whether this is a look at a distribution that comes too early.
    fn is_in_progress(&self, head: &str) -> bool {
        let path = head.split(' ').nth(1).unwrap_or_default();
        let of_one = path.split_once("/distribution/").map(|(_, rest)| rest);
        let is_look = head.starts_with("GET ") && of_one.is_some_and(|id| !id.contains('/'));
        let looks = &self.in_progress;
        is_look
            && looks
                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
                    left.checked_sub(1)
                })
                .is_ok()
    }
}

/// The same answer, of a distribution that is on its way. Its length is where the connection ends.
fn in_progress(answer: &[u8]) -> String {
    let answer = String::from_utf8_lossy(answer);
    assert!(answer.contains("<Status>Deployed</Status>"), "{answer}");
    answer
        .replace("<Status>Deployed</Status>", "<Status>InProgress</Status>")
        .replace("content-length:", "x-length:")
}

/// Carries one request and its answer; then the connection ends.
async fn pass(mut client: TcpStream, port: u16, state: &State) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await?);
    }
    let text = String::from_utf8_lossy(&head).into_owned();
    let fault = state.calls.lock().unwrap().fault(&text);
    if fault.is_some() {
        state.met.send_replace(true);
    }
    head.truncate(head.len() - 2);
    head.extend(b"connection: close\r\n\r\n");
    match fault {
        None if state.is_in_progress(&text) => {
            let mut answer = Vec::new();
            send(port, &head).await?.read_to_end(&mut answer).await?;
            client.write_all(in_progress(&answer).as_bytes()).await?;
        }
        None => {
            let mut emulator = send(port, &head).await?;
            copy_bidirectional(&mut client, &mut emulator).await?;
        }
        Some(Fault::Refused) => refuse(client).await?,
        Some(Fault::Lost) => {
            let (mut answer, mut request) = send(port, &head).await?.into_split();
            let (mut reader, writer) = client.into_split();
            let mut nowhere = sink();
            tokio::select! {
                // The sender waits for an answer and sends no end.
                Err(error) = copy(&mut reader, &mut request) => return Err(error),
                done = copy(&mut answer, &mut nowhere) => done?,
            };
            refuse(reader.reunite(writer).unwrap()).await?;
        }
        Some(Fault::Stuck) => {
            copy(&mut client, &mut sink()).await?;
        }
        Some(Fault::Cut) => {}
        Some(Fault::Says(status, code)) => say(client, &text, status, code).await?,
    }
    Ok(())
}

async fn send(port: u16, head: &[u8]) -> io::Result<TcpStream> {
    let mut emulator = TcpStream::connect(("127.0.0.1", port)).await?;
    emulator.write_all(head).await?;
    Ok(emulator)
}

/// Refuses in a way in which nobody tries again by itself.
async fn refuse(mut client: TcpStream) -> io::Result<()> {
    let answer = b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    client.write_all(answer).await?;
    client.shutdown().await?;
    copy(&mut client, &mut sink()).await.map(drop)
}

/// Answers with an error in the language of the service that is asked.
async fn say(mut client: TcpStream, head: &str, status: u16, code: &str) -> io::Result<()> {
    let is_json = header(head, "x-amz-target").is_some();
    let is_s3 = header(head, "x-amz-content-sha256").is_some();
    let body = match (is_json, is_s3) {
        (true, _) => format!(r#"{{"__type":"com.amazonaws#{code}","message":"said"}}"#),
        (_, true) => format!("<Error><Code>{code}</Code><Message>said</Message></Error>"),
        _ => format!(
            "<ErrorResponse><Error><Code>{code}</Code><Message>said</Message></Error></ErrorResponse>"
        ),
    };
    // A body of the request that nobody reads would break the connection before the answer is read.
    let length = header(head, "content-length").and_then(|length| length.parse().ok());
    let body = if head.starts_with("HEAD ") {
        String::new()
    } else {
        body
    };
    let mut request = (&mut client).take(length.unwrap_or_default());
    copy(&mut request, &mut sink()).await?;
    let answer = format!(
        "HTTP/1.1 {status} Said\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len(),
    );
    client.write_all(answer.as_bytes()).await?;
    client.shutdown().await
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let pairs = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    let mut values = pairs.filter(|(key, _)| key.eq_ignore_ascii_case(name));
    values.next().map(|(_, value)| value.trim())
}
