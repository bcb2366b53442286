//! Drives a real Chromium: the few commands that the tests need.
//!
//! The commands are those of <https://www.w3.org/TR/webdriver2/>.

mod driver;

use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::site::Site;
use driver::Driver;

/// The key under which the protocol hands out elements.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// One browser with a new profile, looking at one site.
pub struct Browser<'site> {
    driver: Driver,
    base: &'site str,
}

impl<'site> Browser<'site> {
    /// Starts a browser, or gives none where `SANSESSION_NO_BROWSER` is 1.
    pub fn start(site: &'site impl Site) -> Option<Self> {
        Self::launch(site, true)
    }

    /// Like [`Browser::start`], but no page can run a script.
    pub fn without_scripts(site: &'site impl Site) -> Option<Self> {
        Self::launch(site, false)
    }

    fn launch(site: &'site impl Site, scripts: bool) -> Option<Self> {
        if std::env::var_os("SANSESSION_NO_BROWSER").is_some_and(|value| value == "1") {
            eprintln!("SKIPPED: no browser is wanted");
            return None;
        }
        Some(Self { driver: Driver::start(scripts), base: site.base() })
    }

    /// Goes to a page of the site.
    pub fn open(&self, path: &str) {
        self.visit(&format!("{}{path}", self.base));
    }

    /// Goes to any address.
    pub fn visit(&self, url: &str) {
        self.post("/url", &json!({ "url": url }));
    }

    /// Loads the page again, as the reload button does.
    pub fn reload(&self) {
        self.post("/refresh", &json!({}));
    }

    /// Goes back, as the back button does.
    pub fn back(&self) {
        self.post("/back", &json!({}));
    }

    /// Gives the visible text of the first element, if there is one.
    pub fn text(&self, css: &str) -> Option<String> {
        let element = self.find(css)?;
        let text = self.get(&format!("/element/{element}/text"));
        Some(text.as_str().expect("text is a string").to_owned())
    }

    /// Types into an input of the page.
    pub fn fill(&self, css: &str, text: &str) {
        let element = self.found(css);
        self.post(&format!("/element/{element}/value"), &json!({ "text": text }));
    }

    /// Presses the button of the form with this action, and waits until the
    /// page that follows is there.
    pub fn submit(&self, action: &str) {
        let page = self.found("html");
        let button = self.found(&format!("form[action=\"{action}\"] button"));
        self.post(&format!("/element/{button}/click"), &json!({}));
        let start = Instant::now();
        while self.driver.call("GET", &format!("/element/{page}/name"), None).is_ok() {
            assert!(start.elapsed() < Duration::from_secs(30), "{action} leads nowhere");
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Fills in the only field of a form and submits it.
    pub fn submit_with(&self, action: &str, field: &str, text: &str) {
        self.fill(&format!("form[action=\"{action}\"] [name=\"{field}\"]"), text);
        self.submit(action);
    }

    /// Gives the session cookie as `name=value`.
    pub fn cookie(&self) -> Option<String> {
        let cookies = self.get("/cookie");
        let cookie = cookies.as_array().expect("cookies are a list").first()?;
        let part = |name: &str| cookie[name].as_str().expect("a cookie has a name and a value");
        Some(format!("{}={}", part("name"), part("value")))
    }

    /// Runs a script in the page and gives what it returns.
    pub fn run(&self, script: &str) -> Value {
        self.post("/execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// Gives the HTTP status with which the page came.
    pub fn status(&self) -> Value {
        self.run("return performance.getEntriesByType('navigation')[0].responseStatus")
    }

    /// Names the tab that commands go to.
    pub fn tab(&self) -> String {
        self.get("/window").as_str().expect("a tab has a name").to_owned()
    }

    /// Opens a new tab and goes on in it.
    pub fn new_tab(&self) {
        let tab = self.post("/window/new", &json!({ "type": "tab" }));
        self.switch(tab["handle"].as_str().expect("a tab has a name"));
    }

    /// Goes on in another tab.
    pub fn switch(&self, tab: &str) {
        self.post("/window", &json!({ "handle": tab }));
    }

    fn find(&self, css: &str) -> Option<String> {
        let wanted = json!({ "using": "css selector", "value": css });
        match self.driver.call("POST", "/element", Some(&wanted)) {
            Ok(element) => Some(element[ELEMENT].as_str().expect("an element").to_owned()),
            Err(error) if error["error"] == "no such element" => None,
            Err(error) => panic!("looking for {css}: {error}"),
        }
    }

    fn found(&self, css: &str) -> String {
        self.find(css).unwrap_or_else(|| panic!("the page has no {css}: {:?}", self.text("body")))
    }

    fn get(&self, command: &str) -> Value {
        self.driver.call("GET", command, None).unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    fn post(&self, command: &str, body: &Value) -> Value {
        let answer = self.driver.call("POST", command, Some(body));
        answer.unwrap_or_else(|error| panic!("{command}: {error}"))
    }
}
