//! Completion scripts, loaded by the shell they are for where it is there.

use std::process::Command;

use crate::harness::{Scratch, sansession};

#[test]
fn every_shell_has_a_script() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = sansession(&["completions", shell]).expect(0).out;
        for word in ["sansession", "keygen", "inspect", "completions", "insecure-http"] {
            assert!(script.contains(word), "{word} for {shell}");
        }
        let said = sansession(&["completions", "--json", shell]).expect(0).json();
        assert_eq!(
            (said["shell"].as_str(), said["script"].as_str()),
            (Some(shell), Some(&*script))
        );
    }
}

/// Runs a shell, unless there is none.
fn run(shell: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(shell).args(arguments).output().ok()?;
    assert!(output.status.success(), "{shell} {output:?}");
    assert!(output.stderr.is_empty(), "{shell} {output:?}");
    Some(String::from_utf8(output.stdout).expect("UTF-8"))
}

#[cfg(unix)]
#[test]
fn shells_load_their_scripts() {
    let scratch = Scratch::new();
    let script =
        |shell| scratch.file(shell, sansession(&["completions", shell]).expect(0).out.as_bytes());
    let bash = script("bash");
    run("bash", &["-n", &bash]).expect("bash is everywhere that these tests run");
    let complete = format!(
        "source {bash}; COMP_WORDS=(sansession ke); COMP_CWORD=1; _sansession sansession ke sansession; \
         echo \"${{COMPREPLY[@]}}\""
    );
    assert_eq!(run("bash", &["-c", &complete]).as_deref(), Some("keygen\n"));
    run("zsh", &["-n", &script("zsh")]);
    run("fish", &["-n", &script("fish")]);
}
