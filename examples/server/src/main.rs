//! The demo of sansession: one application, for people and for black-box tests. See README.md.

mod app;
mod clock;
mod flags;
mod kept;
mod keys;
mod log;
mod principals;
mod store_choice;

mod api;
mod page;

use std::error::Error;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use axum::Router;
use clap::Parser;
use tokio::net::TcpListener;

use crate::flags::Flags;

/// The exit code for flags, keys and stores that will not do; clap has the same for its own.
const MISUSE: u8 = 2;
/// Requests under way get this long once the process is told to stop.
const PATIENCE: Duration = Duration::from_secs(5);

#[tokio::main]
async fn main() -> ExitCode {
    let flags = Flags::parse();
    let app = match app(&flags).await {
        Ok(app) => app,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::from(MISUSE);
        }
    };
    match serve(&flags, app).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: cannot serve on {}: {error}", flags.listen);
            ExitCode::FAILURE
        }
    }
}

async fn app(flags: &Flags) -> Result<Router, Box<dyn Error>> {
    // Flags first: wrong ones make no key file.
    let config = flags.config().checked()?;
    let keys = keys::read_or_create(&flags.key_file)?;
    let (kept, layer) = kept::open(&flags.store, &flags.site, config, &keys).await?;
    Ok(app::router(kept, layer, flags.insecure_http))
}

async fn serve(flags: &Flags, app: Router) -> io::Result<()> {
    let listener = TcpListener::bind(flags.listen).await?;
    let mut out = io::stdout();
    writeln!(out, "listening on http://{}", listener.local_addr()?)?;
    out.flush()?;
    let serve = axum::serve(listener, app).with_graceful_shutdown(stop());
    tokio::select! {
        served = serve => served,
        () = async { stop().await; tokio::time::sleep(PATIENCE).await } => Ok(()),
    }
}

/// Waits for Ctrl-C.
async fn stop() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without a handler, Ctrl-C ends the process at once.
        std::future::pending::<()>().await;
    }
}
