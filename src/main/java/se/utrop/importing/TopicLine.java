package se.utrop.importing;

import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import se.utrop.text.Characters;

/** Topic names of a listing, written without separators: {@code KulturKultur och hälsa}. */
record TopicLine(List<String> names) {

    private static final Pattern SEAM = Pattern.compile("(?<=[\\p{Ll}\\p{Nd})])(?=\\p{Lu})");

    private static final Pattern NAME = Pattern.compile("\\p{Lu}.{0,58}[^.!?:;,]|\\p{Lu}");

    static TopicLine of(String line) {
        return new TopicLine(SEAM.splitAsStream(Characters.tidy(line))
                .map(Characters::name)
                .distinct()
                .toList());
    }

    boolean isPlausible() {
        return names.stream().allMatch(name -> NAME.matcher(name).matches());
    }

    /** Whether the last name stops in the middle, seen from the names that stand elsewhere. */
    boolean isCut(Collection<String> others) {
        String last = names.getLast();
        Stream<String> known = Stream.concat(others.stream(), names.stream().limit(names.size() - 1L));
        List<String> longer = known.filter(name -> name.startsWith(last)).toList();
        return last.endsWith(" och") || (!longer.contains(last) && !longer.isEmpty());
    }
}
