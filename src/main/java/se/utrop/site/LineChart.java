package se.utrop.site;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import se.utrop.site.Data.Point;

/**
 * A line chart in the coordinates of its picture.
 *
 * @param line the points of the line, as SVG writes them
 * @param dots the reports, unless there are too many to tell apart
 */
record LineChart(
        String title, String description, List<Mark> values, List<Mark> times, String line, List<Dot> dots, Dot last) {

    static final int WIDTH = 640;

    static final int HEIGHT = 280;

    static final int LEFT = 56;

    static final int RIGHT = WIDTH - 24;

    static final int TOP = 16;

    static final int BOTTOM = HEIGHT - 36;

    private static final int MOST_DOTS = 60;

    /** The line has no more points than its picture has columns of two pixels. */
    private static final int MOST_POINTS = (RIGHT - LEFT) / 2;

    private static final int VALUES = 4;

    private static final int TIMES = 4;

    /**
     * A label of an axis, at its coordinate.
     *
     * @param anchor the value of text-anchor
     */
    record Mark(String at, String label, String anchor) {}

    /**
     * A report.
     *
     * @param revised whether the report has been revised since
     */
    record Dot(String x, String y, String label, boolean revised) {}

    /** @param points oldest first, at least one */
    static LineChart of(String title, List<Point> points, Texts texts) {
        return new Scale(points, texts).chart(title);
    }

    /** Maps times and values to coordinates. */
    private static final class Scale {

        private final List<Point> points;
        private final Texts texts;
        private final Instant start;
        private final double span;
        private final double bottom;
        private final double step;

        Scale(List<Point> points, Texts texts) {
            this.points = points;
            this.texts = texts;
            this.start = points.getFirst().publishedAt();
            this.span = Math.max(
                    1, Duration.between(start, points.getLast().publishedAt()).toSeconds());
            double lowest = points.stream().mapToDouble(Point::value).min().orElse(0);
            double highest = points.stream().mapToDouble(Point::value).max().orElse(0);
            this.step = step(Math.min(0, lowest), highest);
            this.bottom = Math.floor(Math.min(0, lowest) / step) * step;
        }

        /** The smallest step with which an axis that begins at a multiple of it holds both values. */
        private static double step(double lowest, double highest) {
            double step = step((highest - lowest) / VALUES);
            while (Math.floor(lowest / step) * step + VALUES * step < highest) {
                step = step(Math.nextUp(step));
            }
            return step;
        }

        /** The next larger of 1, 2, 2.5 and 5 times a power of ten. */
        private static double step(double atLeast) {
            if (atLeast <= 0) {
                return 1;
            }
            double power = Math.pow(10, Math.floor(Math.log10(atLeast)));
            for (double factor : new double[] {1, 2, 2.5, 5}) {
                if (factor * power >= atLeast) {
                    return factor * power;
                }
            }
            return 10 * power;
        }

        LineChart chart(String title) {
            List<Dot> dots = points.size() > MOST_DOTS
                    ? List.of()
                    : points.stream().map(this::dot).toList();
            String line = thinned().stream()
                    .map(point -> x(point.publishedAt()) + "," + y(point.value()))
                    .collect(Collectors.joining(" "));
            return new LineChart(title, description(), values(), times(), line, dots, dot(points.getLast()));
        }

        private String description() {
            Point first = points.getFirst();
            Point last = points.getLast();
            Point highest = points.getFirst();
            for (Point point : points) {
                highest = point.value() > highest.value() ? point : highest;
            }
            return texts.get(
                    "chart.description",
                    texts.number(last.value()),
                    day(last),
                    texts.number(highest.value()),
                    day(highest),
                    day(first));
        }

        private String day(Point point) {
            return texts.day(point.publishedAt());
        }

        private List<Mark> values() {
            return IntStream.rangeClosed(0, VALUES)
                    .mapToDouble(i -> bottom + i * step)
                    .mapToObj(value -> new Mark(y(value), texts.number(value), "end"))
                    .toList();
        }

        private List<Mark> times() {
            if (points.size() == 1) {
                return List.of(new Mark(x(start), texts.shortDay(start), "middle"));
            }
            List<Mark> marks = new ArrayList<>();
            for (int i = 0; i < TIMES; i++) {
                Instant at = start.plusSeconds((long) (span * i / (TIMES - 1)));
                marks.add(new Mark(x(at), texts.shortDay(at), anchor(i)));
            }
            return marks;
        }

        /** Keeps the first and the last label within the picture. */
        private static String anchor(int time) {
            return time == 0 ? "start" : time == TIMES - 1 ? "end" : "middle";
        }

        private Dot dot(Point point) {
            return new Dot(
                    x(point.publishedAt()),
                    y(point.value()),
                    texts.number(point.value()),
                    point.news().revision() > 1);
        }

        private List<Point> thinned() {
            int every = Math.ceilDiv(points.size(), MOST_POINTS);
            return IntStream.range(0, points.size())
                    .filter(i -> i % every == 0 || i == points.size() - 1)
                    .mapToObj(points::get)
                    .toList();
        }

        private String x(Instant at) {
            double share = Duration.between(start, at).toSeconds() / span;
            return coordinate(points.size() == 1 ? (LEFT + RIGHT) / 2.0 : LEFT + share * (RIGHT - LEFT));
        }

        private String y(double value) {
            return coordinate(BOTTOM - (value - bottom) / (VALUES * step) * (BOTTOM - TOP));
        }

        private static String coordinate(double value) {
            return String.format(Locale.ROOT, "%.1f", value);
        }
    }
}
