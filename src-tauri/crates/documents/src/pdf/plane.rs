//! Points of a page and how they are moved.

/// A place or a distance, in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) y: f64,
}

impl Point {
    pub(super) const ZERO: Self = Self { x: 0.0, y: 0.0 };

    pub(super) const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    pub(super) fn minus(self, other: Self) -> Self {
        Self::new(self.x - other.x, self.y - other.y)
    }

    pub(super) fn dot(self, other: Self) -> f64 {
        self.x * other.x + self.y * other.y
    }

    pub(super) fn length(self) -> f64 {
        self.x.hypot(self.y)
    }

    pub(super) fn is_finite(self) -> bool {
        self.x.is_finite() && self.y.is_finite()
    }
}

/// An affine map, as PDF writes it: `x' = ax + cy + e`, `y' = bx + dy + f`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Map(pub(super) [f64; 6]);

impl Map {
    pub(super) const IDENTITY: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    pub(super) const fn translation(x: f64, y: f64) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }

    /// This map after an inner one.
    pub(super) fn after(self, inner: Self) -> Self {
        let origin = self.map(Point::ZERO);
        let column = |x: f64, y: f64| self.map(Point::new(x, y)).minus(origin);
        let first = column(inner.0[0], inner.0[1]);
        let second = column(inner.0[2], inner.0[3]);
        let moved = self.map(Point::new(inner.0[4], inner.0[5]));
        Self([first.x, first.y, second.x, second.y, moved.x, moved.y])
    }

    pub(super) fn map(self, point: Point) -> Point {
        let m = self.0;
        Point::new(
            m[0] * point.x + m[2] * point.y + m[4],
            m[1] * point.x + m[3] * point.y + m[5],
        )
    }
}
