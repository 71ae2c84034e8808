package se.utrop.cost;

/**
 * What something may cost.
 *
 * @param points all of it
 * @param weights what of it fields cost beyond the objects that they give
 */
record CostEstimate(long points, long weights) {

    static final CostEstimate NOTHING = new CostEstimate(0, 0);

    /** Large enough to be refused, and small enough to be added up and multiplied. */
    private static final long COUNTLESS = 1_000_000_000_000L;

    CostEstimate plus(CostEstimate other) {
        return plus(other.points, other.weights);
    }

    CostEstimate plus(long points, long weights) {
        return new CostEstimate(Math.min(COUNTLESS, this.points + points), Math.min(COUNTLESS, this.weights + weights));
    }

    CostEstimate times(long factor) {
        return new CostEstimate(Math.min(COUNTLESS, points * factor), Math.min(COUNTLESS, weights * factor));
    }
}
