//! Documents in pieces.

use crate::support::read;

#[test]
fn passages_are_cut_at_structure_and_leave_nothing_out() {
    let mut text = String::new();
    for section in 1..=6 {
        text.push_str(&format!("# Section {section}\n\n"));
        for paragraph in 1..=5 {
            text.push_str(&format!(
                "Paragraph {section}.{paragraph}. {}\n\n",
                "word ".repeat(60)
            ));
        }
    }
    let document = read("a.md", text).unwrap();
    let passages = document.passages();
    let mut next = 0;
    for passage in &passages {
        assert_eq!(passage.blocks.start, next);
        next = passage.blocks.end;
        let words = llmos_documents::count_words(&passage.text);
        assert!(words <= 260, "{words} words");
        // A heading stands at the beginning, never alone at the end.
        let heading = passage.place.headings.last().unwrap();
        let first = passage.text.lines().next().unwrap();
        assert!(first == format!("# {heading}") || !passage.text.contains("# "));
    }
    assert_eq!(next, document.blocks.len());
    assert!(passages.len() >= 12);
}

#[test]
fn a_paragraph_longer_than_a_passage_is_cut_after_sentences() {
    let sentence = "This is one sentence of nine words or so, right? ";
    let long = format!("# Head\n\n{}", sentence.repeat(200));
    let passages = read("a.md", long).unwrap().passages();
    assert!(passages.len() >= 7);
    for passage in &passages {
        assert!(passage.text.ends_with('?'), "{}", passage.text);
        assert_eq!(*passage.place.headings, ["Head".to_owned()]);
    }
    let words: usize = passages
        .iter()
        .map(|it| llmos_documents::count_words(&it.text))
        .sum();
    assert_eq!(words, 200 * 10 + 1);
}

#[test]
fn text_without_spaces_is_cut_too() {
    let passages = read("a.txt", "天下大势分久必合合久必分。".repeat(300))
        .unwrap()
        .passages();
    assert!(passages.len() > 10);
    let whole: String = passages.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(whole, "天下大势分久必合合久必分。".repeat(300));
    let endless = read("a.txt", "字".repeat(2000)).unwrap().passages();
    assert!(
        endless
            .iter()
            .all(|it| llmos_documents::count_words(&it.text) <= 260)
    );
}
