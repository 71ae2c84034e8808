package se.utrop.cost;

/**
 * What something may cost.
 *
 * @param points all of it
 * @param weights what of it fields cost beyond the objects that they give
 */
record Estimate(long points, long weights) {

    static final Estimate NOTHING = new Estimate(0, 0);

    /** Large enough to be refused, and small enough to be added up and multiplied. */
    private static final long COUNTLESS = 1_000_000_000_000L;

    Estimate plus(Estimate other) {
        return plus(other.points, other.weights);
    }

    Estimate plus(long points, long weights) {
        return new Estimate(Math.min(COUNTLESS, this.points + points), Math.min(COUNTLESS, this.weights + weights));
    }

    Estimate times(long factor) {
        return new Estimate(Math.min(COUNTLESS, points * factor), Math.min(COUNTLESS, weights * factor));
    }
}
