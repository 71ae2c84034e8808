package se.utrop.cost;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a field may cost, with all below it, but for what variables say.
 *
 * @param conditions all hold, or else the field isn't read
 * @param weight what it costs by itself
 * @param size how many objects it gives
 * @param shapes the fields of each type of object that it may give; none where it gives no objects
 */
record FieldCost(String name, List<Condition> conditions, int weight, ListSize size, List<List<FieldCost>> shapes) {

    /** What {@code @include} and {@code @skip} say of a variable. */
    record Condition(String variable, boolean wanted) {

        boolean holds(Map<String, @Nullable Object> variables) {
            return Boolean.valueOf(wanted).equals(variables.get(variable));
        }
    }

    /**
     * What an operation's variables say.
     *
     * @param longest no list that is asked for by size is longer
     */
    record Request(Map<String, @Nullable Object> variables, long longest) {}

    private static final int BYTES = 100;

    /** Bytes that they take in memory, roughly. */
    static int weight(List<FieldCost> fields) {
        int weight = 0;
        for (FieldCost field : fields) {
            weight += BYTES;
            for (List<FieldCost> shape : field.shapes) {
                weight += weight(shape);
            }
        }
        return weight;
    }

    static CostEstimate of(List<FieldCost> fields, Request request) {
        CostEstimate sum = CostEstimate.NOTHING;
        for (FieldCost field : fields) {
            sum = sum.plus(field.of(request));
        }
        return sum;
    }

    private CostEstimate of(Request request) {
        for (Condition condition : conditions) {
            if (!condition.holds(request.variables())) {
                return CostEstimate.NOTHING;
            }
        }
        CostEstimate inner = CostEstimate.NOTHING;
        for (List<FieldCost> shape : shapes) {
            CostEstimate one = of(shape, request);
            inner = one.points() > inner.points() ? one : inner;
        }
        return inner.plus(shapes.isEmpty() ? 0 : 1, 0)
                .times(size.of(request.variables(), request.longest()))
                .plus(weight, weight);
    }

    /** The way down to what costs most, with the sizes that are multiplied. */
    static List<String> heaviest(List<FieldCost> fields, Request request) {
        List<String> way = new ArrayList<>();
        List<FieldCost> below = fields;
        while (!below.isEmpty()) {
            FieldCost heaviest = below.stream()
                    .max(Comparator.comparingLong(field -> field.of(request).points()))
                    .orElseThrow();
            if (heaviest.shapes.isEmpty()) {
                break;
            }
            long size = heaviest.size.of(request.variables(), request.longest());
            way.add(size == 1 ? heaviest.name : heaviest.name + " × " + size);
            below = heaviest.shapes.stream()
                    .max(Comparator.comparingLong(shape -> of(shape, request).points()))
                    .orElseThrow();
        }
        return way;
    }
}
