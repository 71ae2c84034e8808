package se.utrop.importing;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Strictly falling instants in microseconds: some within bounds of their own, the others between them. */
final class Timeline {

    static final long SECOND = 1_000_000;
    private static final long DAY = 86_400 * SECOND;

    private static final long LOWEST = Long.MIN_VALUE / 2;

    private final long end;
    private final long[] lowest;
    private final long[] wish;
    private final long[] highest;
    private final boolean[] bound;

    /** {@code size} places before {@code end}. */
    Timeline(int size, long end) {
        this.end = end;
        this.lowest = filled(size, LOWEST);
        this.wish = filled(size, LOWEST);
        this.highest = filled(size, end - 1);
        this.bound = new boolean[size];
    }

    /** Binds a place to {@code from} up to but not including {@code to}. */
    void within(int place, long from, long best, long to) {
        lowest[place] = from;
        wish[place] = best;
        highest[place] = to - 1;
        bound[place] = true;
    }

    /** Binds places to one instant each, where that leaves room for the places bound before. */
    void anchor(@Nullable Long[] instants) {
        long[] floors = floors();
        long[] ceilings = ceilings();
        for (int i = 0; i < instants.length; i++) {
            Long instant = instants[i];
            if (instant != null && floors[i] <= instant && instant <= ceilings[i]) {
                within(i, instant, instant, instant + 1);
            }
        }
    }

    /** Every place's instant; where nothing is bound, the highest stands at {@code top} if it can. */
    long[] fill(long top) {
        long[] instants = new long[bound.length];
        long[] floors = floors();
        int above = -1;
        long instant = end;
        for (int i = 0; i < bound.length; i++) {
            if (bound[i]) {
                instants[i] = place(i, i - above, instant, floors[i]);
                between(instants, above, instant, i);
                above = i;
                instant = instants[i];
            }
        }
        daily(instants, above, above < 0 ? Math.min(top, end - SECOND) + DAY : instant);
        return instants;
    }

    private long place(int place, int steps, long above, long floor) {
        if (floor <= wish[place] && steps * SECOND <= above - wish[place]) {
            return wish[place];
        }
        long ceiling = Math.min(above - steps, highest[place]);
        long step = (ceiling - floor) / (steps + companions(place));
        long instant = wholeSecond(ceiling - step * steps, step);
        return Math.clamp(wish[place] < floor ? instant : Math.min(instant, wish[place]), floor, ceiling);
    }

    /** How many places share the bounds of this one, to the last of them. */
    private int companions(int place) {
        int last = place;
        for (int i = place; i < bound.length && (!bound[i] || lowest[i] >= lowest[place]); i++) {
            last = bound[i] ? i : last;
        }
        return last - place + 1;
    }

    private static void between(long[] instants, int above, long from, int below) {
        long step = (from - instants[below]) / (below - above);
        for (int i = above + 1; i < below; i++) {
            instants[i] = wholeSecond(from - step * (i - above), step);
        }
    }

    private static void daily(long[] instants, int above, long from) {
        for (int i = above + 1; i < instants.length; i++) {
            instants[i] = wholeSecond(from - DAY * (i - above), DAY);
        }
    }

    private static long wholeSecond(long instant, long step) {
        return step < SECOND ? instant : Math.floorDiv(instant, SECOND) * SECOND;
    }

    private long[] floors() {
        long[] floors = lowest.clone();
        for (int i = floors.length - 2; i >= 0; i--) {
            floors[i] = Math.max(floors[i], floors[i + 1] + 1);
        }
        return floors;
    }

    private long[] ceilings() {
        long[] ceilings = highest.clone();
        for (int i = 0; i < ceilings.length; i++) {
            ceilings[i] = Math.min(ceilings[i], (i == 0 ? end : ceilings[i - 1]) - 1);
        }
        return ceilings;
    }

    private static long[] filled(int size, long value) {
        long[] values = new long[size];
        Arrays.fill(values, value);
        return values;
    }
}
