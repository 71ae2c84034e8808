package se.utrop.search;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.core.io.ClassPathResource;

/** The irregular words of Swedish: families of forms that no paradigm tells. */
final class WordFamilies {

    private static final Pattern VERB_PREFIX = Pattern.compile(
            "an|av|be|bort|efter|er|för|före|förut|fram|fast|full|genom|god|hän|igång|in|inne|isär|med|miss|mot"
                    + "|ned|ner|närma|om|om|på|över|sam|samman|till|tillbaka|under|upp|upprätt|ut|vid|åter|åstad");

    /** Letters of what stands before a noun in a compound. */
    private static final int COMPOUND_PREFIX = 2;

    /** Letters of a form that may end a compound. */
    private static final int COMPOUND_HEAD = 3;

    private final Map<String, List<List<String>>> words = new HashMap<>();

    private final Map<String, List<List<String>>> nouns = new HashMap<>();

    private final Map<String, List<List<String>>> verbs = new HashMap<>();

    /** Reads the families of a resource. */
    WordFamilies(ClassPathResource resource) {
        String section = "";
        for (String line : lines(resource)) {
            if (line.startsWith("[")) {
                section = line;
            } else if (!line.isEmpty() && !line.startsWith("#")) {
                add(section, List.of(line.split(" ", -1)));
            }
        }
    }

    private void add(String section, List<String> line) {
        switch (section) {
            case "[nouns]" -> add(line, nouns);
            case "[verbs]" -> add(line, verbs);
            case "[second conjugation]" -> line.forEach(infinitive -> add(SecondConjugation.forms(infinitive), verbs));
            default -> add(line, new HashMap<>());
        }
    }

    private static List<String> lines(ClassPathResource resource) {
        try {
            return resource.getContentAsString(StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void add(List<String> family, Map<String, List<List<String>>> section) {
        for (String form : family) {
            words.computeIfAbsent(form, word -> new ArrayList<>()).add(family);
            section.computeIfAbsent(form, word -> new ArrayList<>()).add(family);
        }
    }

    /** Whether the word is irregular by itself. */
    boolean contains(String word) {
        return words.containsKey(word);
    }

    /** All forms of the families that the word belongs to, by itself, as a compound or with a prefix; empty if there are none. */
    Set<String> of(String word) {
        Set<String> forms = new LinkedHashSet<>();
        words.getOrDefault(word, List.of()).forEach(forms::addAll);
        for (int head = 1; forms.isEmpty() && head < word.length() - 1; head++) {
            addCompounds(forms, word.substring(0, head), word.substring(head));
        }
        return forms;
    }

    private void addCompounds(Set<String> forms, String prefix, String head) {
        if (VERB_PREFIX.matcher(prefix).matches()) {
            add(forms, prefix, verbs.getOrDefault(head, List.of()));
        }
        if (prefix.length() >= COMPOUND_PREFIX && head.length() >= COMPOUND_HEAD) {
            add(forms, prefix, nouns.getOrDefault(head, List.of()));
        }
    }

    private static void add(Set<String> forms, String prefix, List<List<String>> families) {
        families.forEach(family -> family.forEach(form -> forms.add(prefix + form)));
    }
}
