//! What is asked of the file system, and the only place that does: whole files, durably, for their owner only.
//!
//! In: paths and bytes. Out: that it is done, or the error. It refuses to know sessions.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use fs4::FileExt;

/// The end of the name of a file that is being written.
pub(crate) const UNFINISHED: &str = "new";

/// Makes a directory that others cannot look into, and those above it, durably. It may be there.
pub(crate) fn make_dirs(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    parent(path).map_or(Ok(()), make_dirs)?;
    make_dir(path)?;
    sync_parent(path)
}

/// Makes a directory that others cannot look into; it may be there.
pub(crate) fn make_dir(path: &Path) -> io::Result<()> {
    match private_directory().create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => made,
    }
}

/// Puts `bytes` in place of the file, in one step. Whoever reads at any moment, also after a crash or a power cut,
/// finds the old bytes or the new ones. What a crash leaves is a file with the ending [`UNFINISHED`].
///
/// One caller at a time for each file.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let unfinished = path.with_extension(UNFINISHED);
    let replaced = write(&unfinished, bytes).and_then(|()| fs::rename(&unfinished, path));
    if let Err(error) = replaced {
        // On a full disk these bytes are the first to go. What stays, a sweep finds.
        let _ = fs::remove_file(&unfinished);
        return Err(error);
    }
    sync_parent(path)
}

/// Writes a file to the disk, so that its new name never leads to bytes that are not there yet.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file =
        private(OpenOptions::new().write(true).create(true).truncate(true)).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Makes an empty file; it may be there.
pub(crate) fn make_file(path: &Path) -> io::Result<File> {
    private(OpenOptions::new().write(true).create(true).truncate(false)).open(path)
}

/// Removes a file, and says whether there was one.
pub(crate) fn remove(path: &Path) -> io::Result<bool> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Makes the names in the directory of `path` durable: what was made, renamed or removed there.
pub(crate) fn sync_parent(path: &Path) -> io::Result<()> {
    sync(parent(path).unwrap_or(Path::new(".")))
}

/// The directory that a path names as its own, if it names one.
fn parent(path: &Path) -> Option<&Path> {
    path.parent().filter(|parent| !parent.as_os_str().is_empty())
}

#[cfg(unix)]
pub(crate) fn sync(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

/// Elsewhere a directory cannot be opened to be synced; the file system's own journal has to do.
#[cfg(not(unix))]
pub(crate) fn sync(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Waits for the lock on a file. It ends with the handle, so also with the process, however that ends.
///
/// A lock belongs to one opening of the file, so it keeps out other threads as well as other processes.
pub(crate) fn lock(path: &Path) -> io::Result<File> {
    let file = make_file(path)?;
    loop {
        match FileExt::lock(&file) {
            // By a signal to this thread.
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            locked => return locked.map(|()| file),
        }
    }
}

#[cfg(unix)]
fn private_directory() -> DirBuilder {
    use std::os::unix::fs::DirBuilderExt as _;
    let mut builder = DirBuilder::new();
    builder.mode(0o700);
    builder
}

#[cfg(not(unix))]
fn private_directory() -> DirBuilder {
    DirBuilder::new()
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_alone_is_in_the_working_directory() {
        assert_eq!(parent(Path::new("sessions")), None);
        sync_parent(Path::new("sessions")).expect("it can be opened");
    }
}
