//! A socket of tokio, as edge-http wants one.

use edge_nal::{Readable, TcpSplit};
use embedded_io_async::{ErrorKind, ErrorType, Read, Write};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{ReadHalf, WriteHalf};

pub(crate) struct Socket<T>(pub(crate) T);

fn failed(_: std::io::Error) -> ErrorKind {
    ErrorKind::Other
}

impl<T> ErrorType for Socket<T> {
    type Error = ErrorKind;
}

impl<T: AsyncRead + Unpin> Read for Socket<T> {
    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, ErrorKind> {
        self.0.read(buffer).await.map_err(failed)
    }
}

impl<T: AsyncWrite + Unpin> Write for Socket<T> {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        self.0.write(bytes).await.map_err(failed)
    }

    async fn flush(&mut self) -> Result<(), ErrorKind> {
        self.0.flush().await.map_err(failed)
    }
}

impl Readable for Socket<ReadHalf<'_>> {
    async fn readable(&mut self) -> Result<(), ErrorKind> {
        self.0.readable().await.map_err(failed)
    }
}

impl TcpSplit for Socket<TcpStream> {
    type Read<'a> = Socket<ReadHalf<'a>>;
    type Write<'a> = Socket<WriteHalf<'a>>;

    fn split(&mut self) -> (Self::Read<'_>, Self::Write<'_>) {
        let (read, write) = self.0.split();
        (Socket(read), Socket(write))
    }
}
