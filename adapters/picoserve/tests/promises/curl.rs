//! The same site, seen by curl with its cookie jar.

use std::process::Stdio;

use tokio::process::Command;

use crate::site::{Site, on_site};

async fn curl(site: &Site, jar: &str, method: &str, path: &str) -> Option<String> {
    let url = format!("http://{}{path}", site.address);
    let mut curl = Command::new("curl");
    curl.args(["-sS", "--max-time", "60", "-X", method, "-b", jar, "-c", jar, &url]);
    match curl.stderr(Stdio::inherit()).output().await {
        Ok(output) => {
            assert!(output.status.success(), "curl: {}", output.status);
            Some(String::from_utf8(output.stdout).unwrap())
        }
        Err(_) => None,
    }
}

// promise: L2 L4 F1
#[tokio::test]
async fn curl_logs_in_and_out() {
    on_site(async |site| {
        let folder =
            std::env::temp_dir().join(format!("sansession-picoserve-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let jar = folder.join("jar");
        let jar = jar.to_str().unwrap();
        for (method, path, body) in [
            ("GET", "/look", "nobody 0 nothing"),
            ("POST", "/login/ada", "page"),
            ("GET", "/look", "ada 0 welcome"),
            ("POST", "/count", "page"),
            ("GET", "/look", "ada 1 counted"),
            ("GET", "/look", "ada 1 nothing"),
            ("POST", "/logout", "page"),
            ("GET", "/verdict", "none"),
        ] {
            match curl(site, jar, method, path).await {
                Some(answer) => assert_eq!(answer, body, "{method} {path}"),
                None => eprintln!("SKIPPED: there is no curl"),
            }
        }
        std::fs::remove_dir_all(&folder).unwrap();
    })
    .await;
}
