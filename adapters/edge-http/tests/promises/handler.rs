//! The handler of the site.

use std::fmt::Debug;

use edge_http::io::Error;
use edge_nal::TcpSplit;
use embedded_io_async::{Read, Write};
use sansession::Verdict;
use sansession_edge_http::{Host, Request, SessionError, SessionHandler};

use crate::site::Place;

pub(crate) struct App(pub(crate) &'static Place);

/// What goes wrong in a handler.
#[derive(Debug)]
pub(crate) enum Failure<E> {
    Connection(#[allow(dead_code)] Error<E>),
    Session(#[allow(dead_code)] SessionError),
    Asked,
}

impl<E> From<Error<E>> for Failure<E> {
    fn from(error: Error<E>) -> Self {
        Self::Connection(error)
    }
}

impl<E> From<SessionError> for Failure<E> {
    fn from(error: SessionError) -> Self {
        Self::Session(error)
    }
}

impl<H: Host> SessionHandler<H> for App {
    type Error<E>
        = Failure<E>
    where
        E: Debug;

    async fn handle<T, const N: usize>(
        &self,
        request: &mut Request<'_, '_, T, N, H>,
    ) -> Result<(), Failure<T::Error>>
    where
        T: Read + Write + TcpSplit,
    {
        let path = request.path();
        if path == "/ping" {
            return Ok(request.respond(200, &[], b"pong").await?);
        }
        let session = match request.session().await {
            Ok(session) => session,
            Err(refusal) => return Ok(request.refuse(refusal).await?),
        };
        let visits = session.get::<u32>("visits")?.unwrap_or_default();
        let count = |session: &sansession_edge_http::Session| {
            session.insert("visits", &(visits + 1))?;
            session.flash_str("notice", "counted")
        };
        match path {
            "/look" => {
                let text = session.with(|active| {
                    let notice = active.flashed::<&str>("notice").ok().flatten().map(str::to_owned);
                    let who = active.principal().unwrap_or("nobody");
                    format!("{who} {visits} {}", notice.as_deref().unwrap_or("nothing"))
                });
                let text = text.map_err(SessionError::from)?;
                request.respond(200, &[], text.as_bytes()).await?;
            }
            "/verdict" => {
                let verdict = session.verdict().map(Verdict::name)?;
                request.respond(200, &[], verdict.as_bytes()).await?;
            }
            "/count" | "/api/count" => {
                count(&session)?;
                request.respond(200, &[("Set-Cookie", "theme=dark")], b"page").await?;
            }
            // What the body says.
            "/login" => {
                let mut name = [0; 16];
                let len = request.read(&mut name).await?;
                session.login(std::str::from_utf8(&name[..len]).unwrap())?;
                request.respond(200, &[], b"page").await?;
            }
            "/logout" => {
                session.invalidate()?;
                request.respond(200, &[], b"page").await?;
            }
            "/bit-by-bit" => {
                count(&session)?;
                if let Some(body) = request.begin(200, &[("Content-Length", "4")]).await? {
                    body.write_all(b"pa").await?;
                    // The exchange is over.
                    assert!(session.insert("visits", &99_u32).is_err());
                    body.write_all(b"ge").await?;
                }
            }
            "/slow" => {
                self.0.wait().await;
                count(&session)?;
                request.respond(200, &[], b"page").await?;
            }
            // Nothing is answered.
            "/silent" => count(&session)?,
            "/fail" => {
                count(&session)?;
                session.login("mallory")?;
                request.respond(500, &[], b"failed").await?;
            }
            "/give-up" => {
                count(&session)?;
                return Err(Failure::Asked);
            }
            "/give-up-logging-out" => {
                session.invalidate()?;
                count(&session)?;
                return Err(Failure::Asked);
            }
            "/adorned" => {
                count(&session)?;
                assert!(request.respond(200, &[("X-Much", "yes"); 11], b"page").await.is_err());
                request.respond(200, &[("X-Much", "yes"); 10], b"page").await?;
            }
            _ => request.respond(404, &[], b"nothing here").await?,
        }
        Ok(())
    }
}
