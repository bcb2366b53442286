//! Reads the list of requests and answers.
//!
//! A line that begins with `#` is a comment. What is done begins at the margin, its answer follows on an indented line. What a
//! device answers instead is on another one: `device (why): answer`.

/// One thing to do, and what comes of it.
#[derive(Default)]
pub(super) struct Step {
    /// Its line in the list.
    pub(super) line: usize,
    pub(super) what: String,
    pub(super) answer: String,
    /// A device's, if it is another.
    pub(super) device: Option<String>,
}

/// Reads the list.
pub(super) fn steps(text: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let (indented, content) = (line.starts_with(' '), line.trim());
        match (content.is_empty() || line.starts_with('#'), steps.last_mut()) {
            (true, _) => {}
            (false, Some(step)) if indented => match content.strip_prefix("device (") {
                None => content.clone_into(&mut step.answer),
                Some(otherwise) => {
                    let (why, answer) = otherwise.split_once("): ").expect("a reason");
                    assert!(why.len() > 5 && answer != step.answer, "line {}", number + 1);
                    step.device = Some(answer.to_owned());
                }
            },
            (false, _) => {
                assert!(!indented, "an answer to nothing");
                steps.push(Step { line: number + 1, what: content.to_owned(), ..Step::default() });
            }
        }
    }
    steps
}
