//! Where the tool finds and keeps its things.

use std::path::{Path, PathBuf};

use crate::{Failure, Outcome};

pub(crate) struct Paths {
    /// The repository.
    pub(crate) root: PathBuf,
    /// The folder of this package, with its Python files.
    pub(crate) local: PathBuf,
    /// Where cargo put this tool, and puts everything else it builds.
    pub(crate) built: PathBuf,
    /// Everything the tool makes.
    pub(crate) keep: PathBuf,
}

impl Paths {
    pub(crate) fn find() -> Outcome<Self> {
        let local = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let root = local.ancestors().nth(2).map(Path::to_path_buf);
        let built = std::env::current_exe().ok().and_then(|tool| tool.parent().map(Path::to_path_buf));
        let (Some(root), Some(built)) = (root, built) else {
            return Err(Failure::new("start it from the repository, with cargo portal"));
        };
        let keep = built.parent().unwrap_or(&built).join("portal");
        std::fs::create_dir_all(&keep).map_err(|error| cannot_write(&keep, &error))?;
        Ok(Self { root, local, built, keep })
    }
}

/// The failure of writing to `path`.
pub(crate) fn cannot_write(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("cannot write {}: {error}; make room or give write access, then try again", path.display()))
}

/// Removes a directory of ours, if it is there.
pub(crate) fn forget(directory: &Path) -> Outcome<()> {
    match std::fs::remove_dir_all(directory) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(cannot_write(directory, &error)),
        _ => Ok(()),
    }
}
