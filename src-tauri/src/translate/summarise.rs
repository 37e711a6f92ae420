//! Summaries of texts, to the wire's types and back.

use llmos_assistant::summarise::{
    self, Coverage, Length, Matter, OpenDigest, Point, Style, Version, Wish,
};
use llmos_store as store;

use crate::wire::{
    Digest, DigestPart, DigestView, SummaryCoverage, SummaryLength, SummaryMatter, SummaryPoint,
    SummaryStyle, SummaryVersion, SummaryWish,
};

impl From<SummaryStyle> for Style {
    fn from(style: SummaryStyle) -> Self {
        match style {
            SummaryStyle::Sentence => Self::Sentence,
            SummaryStyle::KeyPoints => Self::KeyPoints,
            SummaryStyle::Paragraphs => Self::Paragraphs,
            SummaryStyle::Minutes => Self::Minutes,
            SummaryStyle::Child => Self::Child,
        }
    }
}

impl From<Style> for SummaryStyle {
    fn from(style: Style) -> Self {
        match style {
            Style::Sentence => Self::Sentence,
            Style::KeyPoints => Self::KeyPoints,
            Style::Paragraphs => Self::Paragraphs,
            Style::Minutes => Self::Minutes,
            Style::Child => Self::Child,
        }
    }
}

impl From<SummaryLength> for Length {
    fn from(length: SummaryLength) -> Self {
        match length {
            SummaryLength::Short => Self::Short,
            SummaryLength::Medium => Self::Medium,
            SummaryLength::Long => Self::Long,
        }
    }
}

impl From<Length> for SummaryLength {
    fn from(length: Length) -> Self {
        match length {
            Length::Short => Self::Short,
            Length::Medium => Self::Medium,
            Length::Long => Self::Long,
        }
    }
}

impl From<SummaryWish> for Wish {
    fn from(wish: SummaryWish) -> Self {
        let worded = wish.request.filter(|request| !request.trim().is_empty());
        Self {
            style: wish.style.into(),
            length: wish.length.into(),
            language: wish.language,
            request: worded,
        }
    }
}

impl From<Wish> for SummaryWish {
    fn from(wish: Wish) -> Self {
        Self {
            style: wish.style.into(),
            length: wish.length.into(),
            language: wish.language,
            request: wish.request,
        }
    }
}

impl From<Point> for SummaryPoint {
    fn from(point: Point) -> Self {
        Self {
            text: point.text,
            parts: point.parts,
            matter: point.matter.map(|matter| match matter {
                Matter::Decision => SummaryMatter::Decision,
                Matter::Action => SummaryMatter::Action,
                Matter::Question => SummaryMatter::Question,
            }),
            quoted: point.quoted,
        }
    }
}

impl From<Coverage> for SummaryCoverage {
    fn from(coverage: Coverage) -> Self {
        Self {
            parts: coverage.parts,
            read: coverage.read(),
            quoted: coverage.quoted,
            empty: coverage.empty,
        }
    }
}

impl From<Version> for SummaryVersion {
    fn from(version: Version) -> Self {
        let summarise::Summary {
            points, coverage, ..
        } = version.summary;
        Self {
            id: version.id.0,
            wish: version.made.wish.into(),
            model: version.made.model,
            base: version.made.base.map(|base| base.0),
            points: points.into_iter().map(Into::into).collect(),
            coverage: coverage.into(),
            created_at: version.created_at.0,
        }
    }
}

impl From<store::Digest> for Digest {
    fn from(digest: store::Digest) -> Self {
        Self {
            id: digest.id.0,
            title: digest.title,
            parts: digest.parts,
            versions: digest.versions,
            created_at: digest.created_at.0,
            updated_at: digest.updated_at.0,
        }
    }
}

impl From<store::DigestPart> for DigestPart {
    fn from(part: store::DigestPart) -> Self {
        Self {
            heading: part.heading,
            page: part.page,
            text: part.text,
        }
    }
}

impl From<OpenDigest> for DigestView {
    fn from(open: OpenDigest) -> Self {
        Self {
            digest: open.digest.into(),
            parts: open.parts.into_iter().map(Into::into).collect(),
            versions: open.versions.into_iter().map(Into::into).collect(),
        }
    }
}
