package se.utrop.search;

import java.util.List;

/**
 * Words with the same meaning, as the newsroom says.
 *
 * @param word in lower case, as the synonyms are; each may be of several words, such as {@code covid-19}
 * @param twoWay whether who searches for a synonym finds the word and the other synonyms
 */
public record Synonyms(String word, List<String> synonyms, boolean twoWay) {}
