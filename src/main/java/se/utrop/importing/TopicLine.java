package se.utrop.importing;

import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import se.utrop.text.Characters;

/** Topic names of a listing, written without separators as in {@code KulturKultur och hälsa}, or with such as commas. */
record TopicLine(List<String> names, boolean isPlausible) {

    private static final Pattern LABEL = Pattern.compile(
            "(?iu)(?:ämnen?|ämnesord|kategori(?:er)?|taggar|etiketter|topics?|tags?|categor(?:y|ies))\\s*:\\s*(?=\\S)");

    private static final Pattern SEAM =
            Pattern.compile("\\s*[,;]\\s*(?=\\p{Lu})|\\s*[|·•]\\s*|\\s+/\\s+|(?<=[\\p{Ll}\\p{Nd})])(?=\\p{Lu})");

    private static final Pattern LABELLED_SEAM = Pattern.compile("\\s*[,;|·•]\\s*|\\s+/\\s+");

    private static final Pattern NAME = Pattern.compile("\\p{Lu}.{0,58}[^.!?:;,]|\\p{Lu}");

    private static final Pattern LABELLED_NAME = Pattern.compile("[\\p{L}\\p{Nd}].{0,58}[^.!?:;,]|\\p{L}");

    static TopicLine of(String line) {
        String tidy = Characters.tidy(line);
        Matcher label = LABEL.matcher(tidy);
        boolean labelled = label.lookingAt();
        Stream<String> split =
                labelled ? LABELLED_SEAM.splitAsStream(tidy.substring(label.end())) : SEAM.splitAsStream(tidy);
        List<String> found = split.map(Characters::name)
                .filter(name -> !name.isEmpty())
                .distinct()
                .toList();
        Pattern name = labelled ? LABELLED_NAME : NAME;
        return new TopicLine(
                found,
                !found.isEmpty()
                        && found.stream().allMatch(topic -> name.matcher(topic).matches()));
    }

    /** Whether the last name stops in the middle, seen from the names that stand elsewhere. */
    boolean isCut(Collection<String> others) {
        String last = names.getLast();
        Stream<String> known = Stream.concat(others.stream(), names.stream().limit(names.size() - 1L));
        List<String> longer = known.filter(name -> name.startsWith(last)).toList();
        return last.endsWith(" och") || (!longer.contains(last) && !longer.isEmpty());
    }
}
