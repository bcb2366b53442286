//! The command line.

use sansession_demo_tests::{Demo, Scratch, refusal};
use sansession_test_servers::free_port;

// promise: Flags
#[test]
fn a_wrong_flag_is_refused_with_a_message() {
    let wrong: [&[&str]; 9] = [
        &["--no-such-flag"],
        &["stray"],
        &["--idle"],
        &["--idle", "soon"],
        &["--absolute", "99999999999999999999"],
        &["--renew", "1.5"],
        &["--flash", "on-monday"],
        &["--store", "nowhere"],
        &["--listen", "somewhere"],
    ];
    for flags in wrong {
        let scratch = Scratch::new();
        let keys = scratch.file("keys").display().to_string();
        let mut all = vec!["--key-file", &keys];
        if !flags.contains(&"--listen") {
            all.extend(["--listen", "127.0.0.1:0"]);
        }
        all.extend(flags);
        let refusal = refusal(&all);
        assert_eq!(refusal.code, 2, "{flags:?}: {refusal:?}");
        // The first word is the flag, or the stray word itself.
        assert!(refusal.message.contains(flags[0]), "{flags:?}: {refusal:?}");
    }
}

// promise: Flags
#[test]
fn a_store_that_is_not_there_is_answered_with_those_that_are() {
    let refusal = refusal(&["--store", "nowhere"]);
    for store in [
        "memory",
        "file:DIR",
        "sqlite:FILE",
        "postgres:URL",
        "redis:URL",
        "cached:",
        "cookie",
        "sealed-cookie",
    ] {
        assert!(refusal.message.contains(store), "{refusal:?}");
    }
}

// promise: Flags
#[test]
fn a_place_that_will_not_do_is_refused_with_a_message() {
    let scratch = Scratch::new();
    let keys = scratch.file("keys").display().to_string();
    let file = scratch.write("file", "not a store");
    for place in [format!("file:{file}"), format!("file:{file}/below"), format!("sqlite:{file}")] {
        for store in [place.clone(), format!("cached:{place}")] {
            let flags = ["--listen", "127.0.0.1:0", "--key-file", &keys, "--store", &store];
            let refusal = refusal(&flags);
            assert_eq!(refusal.code, 2, "{refusal:?}");
            assert!(refusal.message.contains(&place), "{refusal:?}");
        }
    }
    assert_eq!(std::fs::read_to_string(file).ok().as_deref(), Some("not a store"));
}

// promise: I6
#[test]
fn a_server_that_is_not_there_is_told_without_its_password() {
    let scratch = Scratch::new();
    let keys = scratch.file("keys").display().to_string();
    let port = free_port();
    for (store, shown) in [
        (format!("postgres:postgres://ada:s3cret@127.0.0.1:{port}/d"), "postgres:postgres://127"),
        (format!("redis:redis://:s3cret@127.0.0.1:{port}/"), "redis:redis://127"),
        (format!("redis-cluster:redis://:s3cret@127.0.0.1:{port}/"), "redis-cluster:redis://127"),
        (format!("cached:redis:redis://:s3cret@127.0.0.1:{port}/"), "redis:redis://127"),
    ] {
        let flags = ["--listen", "127.0.0.1:0", "--key-file", &keys, "--store", &store];
        let refusal = refusal(&flags);
        assert_eq!(refusal.code, 2, "{refusal:?}");
        let message = refusal.message.to_lowercase();
        assert!(message.contains(&format!("cannot be kept in {shown}")), "{message}");
        assert!(message.contains("connection refused"), "{message}");
        assert!(!message.contains("s3cret"), "{message}");
    }
}

// promise: H5
#[test]
fn without_tls_the_cookie_says_so_by_its_name() {
    let demo = Demo::with(&["--insecure-http"]);
    let client = demo.client();

    let reply = client.put("/api/session/data/a", "1").expect(204);

    let line = reply.set_cookie().expect("a session was written");
    assert!(!line.starts_with("__"), "{line}");
    assert_eq!(reply.attribute("Secure"), None, "{line}");
    assert_eq!(reply.attribute("HttpOnly"), Some(""), "{line}");
    assert_eq!(reply.attribute("SameSite"), Some("Lax"), "{line}");
    assert_eq!(client.verdict(), "resumed");
}

// promise: H5
#[test]
fn a_cookie_from_plain_http_is_no_cookie_of_the_safe_demo() {
    let demo = Demo::with(&["--insecure-http"]);
    let client = demo.client();
    client.put("/api/session/data/a", "1").expect(204);
    let plain = client.cookie().expect("a session was written");
    assert_eq!(Demo::start().replay(&plain).verdict(), "none");
}
