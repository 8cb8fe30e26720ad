//! `tmux-builder ledger …`

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::sync::Mutex;

use clap::{Args, Subcommand};
use cloud::aws::clients::Clients;
use cloud::aws::ledger::{Ledger, Row, State};
use cloud::aws::teardown::{self, Plan};
use cloud::aws::verify::{self, Difference, Scope};
use domain::clock::{Clock as _, SystemClock};
use domain::hosting::Progress;
use protocol::{Guid, SiteId};
use serde_json::{Value, json};

use super::Failure;
use crate::hosting::{Aws, AwsSettings};
use crate::settings::DataFolder;

/// Commands about the ledger of everything that was made on AWS.
#[derive(Subcommand)]
pub enum Command {
    /// List what was made, newest first.
    List {
        #[command(flatten)]
        which: Which,
        /// What was deleted, too.
        #[arg(long)]
        deleted: bool,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Compare the ledger with what there is on AWS; fails if they differ.
    Verify {
        #[command(flatten)]
        which: Which,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Take into the ledger what bears our tags on AWS and is missing there.
    Adopt {
        #[command(flatten)]
        which: Which,
    },
    /// Remove from AWS everything of a workspace, or of one of its sites.
    Teardown(Teardown),
}

/// What a command is about.
#[derive(Args)]
pub struct Which {
    /// Only this workspace.
    #[arg(long, value_name = "GUID")]
    guid: Option<Guid>,
    #[command(flatten)]
    aws: AwsSettings,
}

/// What is removed, and how.
#[derive(Args)]
pub struct Teardown {
    /// The workspace.
    #[arg(long, value_name = "GUID")]
    guid: Guid,
    /// Only this site of it.
    #[arg(long, value_name = "ID")]
    site: Option<SiteId>,
    /// Print what would be done, and do nothing.
    #[arg(long)]
    dry_run: bool,
    /// Do not ask.
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    aws: AwsSettings,
    #[command(flatten)]
    data: DataFolder,
}

/// Runs the command.
pub async fn run(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::List {
            which,
            deleted,
            json,
        } => list(&which, deleted, json).await,
        Command::Verify { which, json } => verify(&which, json).await,
        Command::Adopt { which } => adopt(&which).await,
        Command::Teardown(arguments) => tear_down(&arguments).await,
    }
}

impl Which {
    async fn open(&self) -> (Clients, Ledger, Scope<'_>) {
        let provisioner = self.aws.provisioner().await;
        let ledger = Ledger::new(&provisioner);
        let scope = self.guid.as_ref().map_or(Scope::All, Scope::Workspace);
        (provisioner, ledger, scope)
    }
}

async fn list(which: &Which, deleted: bool, as_json: bool) -> Result<ExitCode, Failure> {
    let (_, ledger, _) = which.open().await;
    let mut rows = match &which.guid {
        Some(guid) => ledger.of_workspace(guid).await?,
        None => ledger.all().await?,
    };
    rows.retain(|row| deleted || row.state != State::Deleted);
    if as_json {
        print_json(rows.iter().map(described).collect())?;
        return Ok(ExitCode::SUCCESS);
    }
    for row in &rows {
        let (at, state) = (row.created_at, row.state.as_str());
        let (kind, id) = (row.kind.to_string(), &row.id);
        println!("{at}  {state:8}  {kind:21}  {id:63}  {}", row.guid);
    }
    Ok(ExitCode::SUCCESS)
}

async fn verify(which: &Which, as_json: bool) -> Result<ExitCode, Failure> {
    let (provisioner, ledger, scope) = which.open().await;
    let found = verify::verify(&provisioner, &ledger, scope).await?;
    if as_json {
        let differences = found.iter().map(|found| {
            let (kind, id) = found.subject();
            json!({
                "resource_type": kind.as_str(),
                "resource_id": id,
                "difference": found.to_string(),
                "cure": found.cure(),
            })
        });
        print_json(differences.collect())?;
    } else if found.is_empty() {
        println!("✓ ledger and AWS agree");
    } else {
        print_differences(&found);
    }
    Ok(if found.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn adopt(which: &Which) -> Result<ExitCode, Failure> {
    let (provisioner, ledger, scope) = which.open().await;
    let adoption = verify::adopt(&provisioner, &ledger, scope, SystemClock.now()).await?;
    for Row { kind, id, .. } in &adoption.adopted {
        println!("✓ adopted {kind} {id}");
    }
    if adoption.adopted.is_empty() {
        println!("there is nothing to adopt");
    }
    print_differences(&adoption.left);
    Ok(ExitCode::SUCCESS)
}

async fn tear_down(arguments: &Teardown) -> Result<ExitCode, Failure> {
    let Teardown { guid, site, .. } = arguments;
    let provisioner = arguments.aws.provisioner().await;
    let ledger = Ledger::new(&provisioner);
    let plan = teardown::plan(&provisioner, &ledger, guid, *site).await?;
    print_plan(&plan);
    if arguments.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    if !plan.steps.is_empty() && !arguments.yes && !is_confirmed()? {
        println!("nothing was changed");
        return Ok(ExitCode::FAILURE);
    }
    let last = Mutex::new("");
    let report = |Progress { step, .. }: Progress| {
        // Nobody panics while holding it; a step printed twice would do no harm.
        if let Ok(mut last) = last.lock()
            && *last != step
        {
            println!("… {step}");
            *last = step;
        }
    };
    teardown::run(&provisioner, &ledger, guid, *site, &report).await?;
    if site.is_none() {
        forget_key(arguments).await?;
    }
    println!("✓ nothing is left on AWS");
    Ok(ExitCode::SUCCESS)
}

/// The key of a user that is gone opens nothing any more.
async fn forget_key(arguments: &Teardown) -> Result<(), Failure> {
    if !arguments.data.data.exists() {
        return Ok(());
    }
    let base = super::open(&arguments.data).await?;
    let identities = Aws::open(&base, &arguments.aws).await?.identities;
    Ok(identities.delete(&arguments.guid).await?)
}

fn print_plan(plan: &Plan) {
    for (number, step) in plan.steps.iter().enumerate() {
        println!("{:3}. {step}", number + 1);
    }
    if plan.steps.is_empty() {
        println!("the ledger has nothing that could be removed");
    }
    if !plan.left.is_empty() {
        println!("This is not the ledger's and is left alone:");
        print_differences(&plan.left);
    }
}

fn print_differences(differences: &[Difference]) {
    for found in differences {
        println!("✗ {found}");
        println!("    cure: {}", found.cure());
    }
}

/// Asks the person at the terminal.
fn is_confirmed() -> Result<bool, Failure> {
    let input = std::io::stdin();
    if !input.is_terminal() {
        return Err("nobody can be asked here; say --yes to do it".into());
    }
    print!("This cannot be undone. Type “yes” to go on: ");
    std::io::stdout().flush()?;
    let mut answer = String::new();
    input.read_line(&mut answer)?;
    Ok(answer.trim() == "yes")
}

fn print_json(values: Vec<Value>) -> Result<(), Failure> {
    println!("{}", serde_json::to_string_pretty(&Value::Array(values))?);
    Ok(())
}

/// A row as the table has it.
fn described(row: &Row) -> Value {
    json!({
        "guid": row.guid,
        "resource_type": row.kind.as_str(),
        "resource_id": row.id,
        "state": row.state.as_str(),
        "created_at": row.created_at.rfc3339(),
        "project": row.project,
        "site": row.site,
        "name": row.name,
        "region": row.region,
        "arn": row.arn,
        "notes": row.notes,
    })
}
