//! A handler that answers with a page, with a session and without.

use std::fmt::Debug;

use edge_http::io::Error;
use edge_http::io::server::{Connection, Handler};
use edge_nal::TcpSplit;
use embedded_io_async::{Read, Write};
use sansession_edge_http::{Host, Request, SessionHandler};

pub(crate) struct Plain;

impl Handler for Plain {
    type Error<E>
        = Error<E>
    where
        E: Debug;

    async fn handle<T, const N: usize>(
        &self,
        _: impl std::fmt::Display + Copy,
        connection: &mut Connection<'_, T, N>,
    ) -> Result<(), Error<T::Error>>
    where
        T: Read + Write + TcpSplit,
    {
        connection.initiate_response(200, None, &[("Content-Length", "4")]).await?;
        connection.write_all(b"page").await
    }
}

impl<H: Host> SessionHandler<H> for Plain {
    type Error<E>
        = Error<E>
    where
        E: Debug;

    async fn handle<T, const N: usize>(
        &self,
        request: &mut Request<'_, '_, T, N, H>,
    ) -> Result<(), Error<T::Error>>
    where
        T: Read + Write + TcpSplit,
    {
        match request.session().await {
            Ok(session) => {
                let counted = session.insert("visits", &1_u32).is_ok();
                request.respond(if counted { 200 } else { 507 }, &[], b"page").await
            }
            Err(refusal) => request.refuse(refusal).await,
        }
    }
}
