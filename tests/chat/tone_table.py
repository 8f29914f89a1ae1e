"""Messages whose tone is easily misread, with the tones that fit: glad (joins in), low (comforts), listening (neither).

EASILY_MISREAD was written before anything was changed; which of them were misread was known when the second reading
was written. FRESH was written afterwards and measured once. PLAIN holds messages that nobody should misread, so that
listening to everything is no way to pass.
"""

GLAD, LOW, LISTENING = "glad", "low", "listening"
_NOT_GLAD = frozenset({LOW, LISTENING})
_NOT_LOW = frozenset({GLAD, LISTENING})

Row = tuple[str, frozenset[str]]

EASILY_MISREAD: tuple[Row, ...] = (
    # what is good for others, and not for the speaker
    ("They gave the prize to the girl who copied my idea.", _NOT_GLAD),
    ("My sister's birthday got a huge party and mine got a text.", _NOT_GLAD),
    ("My ex looks so happy in her wedding pictures.", _NOT_GLAD),
    ("The new guy got the raise I was promised.", _NOT_GLAD),
    ("All my friends are having babies and I'm still single.", _NOT_GLAD),
    ("Everyone congratulated him on the work I did.", _NOT_GLAD),
    # what did not happen
    ("Not one person remembered my anniversary.", _NOT_GLAD),
    ("I cooked a lovely dinner and no one showed up.", _NOT_GLAD),
    ("Nobody clapped after my song.", _NOT_GLAD),
    ("No one wished me a merry Christmas this year.", _NOT_GLAD),
    ("I waited by the phone all evening for the good news.", _NOT_GLAD),
    ("He never said he was proud of me.", _NOT_GLAD),
    # empty hours
    ("Another Saturday night with just me and the television.", _NOT_GLAD),
    ("There is nobody to share the holidays with.", _NOT_GLAD),
    ("My calendar is completely empty until March.", _NOT_GLAD),
    ("Everybody went to the lake and I'm sitting at home.", _NOT_GLAD),
    ("I eat my lunch by myself every single day.", _NOT_GLAD),
    ("It's my day off and I can't think of a single person to call.", _NOT_GLAD),
    # denied sorrow
    ("I wasn't sad at all when he moved out.", _NOT_LOW),
    ("The surgery didn't hurt one bit.", _NOT_LOW),
    ("I am not worried about the interview anymore.", _NOT_LOW),
    ("I'm no longer afraid of flying.", _NOT_LOW),
    ("She isn't angry with me after all.", _NOT_LOW),
    ("It was not as terrible as I expected.", _NOT_LOW),
    # irony
    ("Oh wonderful, the printer is jammed again.", _NOT_GLAD),
    ("Fantastic, another bill I can't pay.", _NOT_GLAD),
    ("Just what I needed, a flat tire in the rain.", _NOT_GLAD),
    ("Lovely, my neighbour is drilling at six in the morning.", _NOT_GLAD),
    ("I just love being ignored by my own family.", _NOT_GLAD),
    ("What a great way to start the week, locked out of my own house.", _NOT_GLAD),
    # thanks that are none
    ("Thanks a lot for ruining my day.", _NOT_GLAD),
    ("Well thanks, that was no help whatsoever.", _NOT_GLAD),
    ("I'd like to thank my landlord for three weeks without heating.", _NOT_GLAD),
    ("Nice of them to tell me a day after the deadline.", _NOT_GLAD),
    # denied joy
    ("I don't think I've ever enjoyed this job.", _NOT_GLAD),
    ("I wish I could be excited about the baby.", _NOT_GLAD),
    ("I should be happy about the promotion, but I'm not.", _NOT_GLAD),
    ("There was nothing fun about that trip.", _NOT_GLAD),
    ("It is hard to feel proud of a second place like that.", _NOT_GLAD),
    ("I wouldn't call it a great evening.", _NOT_GLAD),
    # joy that was, or was to be
    ("We used to laugh so much together.", _NOT_GLAD),
    ("I was so excited for the concert and then they called it off.", _NOT_GLAD),
    ("It would have been our tenth anniversary today.", _NOT_GLAD),
    ("I had hoped this would be the best summer ever.", _NOT_GLAD),
    ("My grandfather would have loved this song.", _NOT_GLAD),
    ("We almost won the cup, we were that close.", _NOT_GLAD),
    # dark words for something good
    ("I cried all through my daughter's wedding, it was so beautiful.", _NOT_LOW),
    ("I'm dying to show you the photos of our new kitchen!", _NOT_LOW),
    ("I can't believe I didn't fail a single exam!", _NOT_LOW),
    ("The doctor found no cancer.", _NOT_LOW),
    ("We laughed until it hurt last night.", _NOT_LOW),
    ("I finally quit the job that made me sick.", _NOT_LOW),
    # both at once, or neither
    ("I got the job and my best friend, who also applied, did not.", frozenset({GLAD, LOW, LISTENING})),
    ("My son leaves for college tomorrow, I'm proud and I could cry.", frozenset({GLAD, LOW, LISTENING})),
    ("The letter from the bank came today.", frozenset({LISTENING})),
    ("My mother-in-law is coming to stay with us.", frozenset({LISTENING, LOW})),
    ("A man has been watching our house since this morning.", _NOT_GLAD),
    ("She kissed him right in front of me.", _NOT_GLAD),
    ("My brother laughed when I told him about my diagnosis.", _NOT_GLAD),
    ("They threw a party the day I left the company.", _NOT_GLAD),
)  # fmt: skip

FRESH: tuple[Row, ...] = (
    ("The teacher read out my poem and said it was by someone called Kevin.", _NOT_GLAD),
    ("Her baby shower has sixty guests and mine had three.", _NOT_GLAD),
    ("My flatmate won the holiday I had entered for both of us.", _NOT_GLAD),
    ("He married the woman he told me not to worry about.", _NOT_GLAD),
    ("They hired my cousin for the job I applied to.", _NOT_GLAD),
    ("I set the table for eight and ate alone.", _NOT_GLAD),
    ("Not a single card on my birthday.", _NOT_GLAD),
    ("The phone has not rung for two weeks.", _NOT_GLAD),
    ("My best friend celebrated her birthday without telling me.", _NOT_GLAD),
    ("Nobody asked me to dance at the prom.", _NOT_GLAD),
    ("I wasn't hurt by what she said.", _NOT_LOW),
    ("The tooth came out without any pain.", _NOT_LOW),
    ("There is nothing to be afraid of, the dog is old and gentle.", _NOT_LOW),
    ("I didn't miss him at all.", _NOT_LOW),
    ("It turned out the lump was harmless.", _NOT_LOW),
    ("Terrific, the washing machine flooded the kitchen.", _NOT_GLAD),
    ("What a lovely surprise, a parking ticket.", _NOT_GLAD),
    ("Super, they lost my suitcase.", _NOT_GLAD),
    ("I adore being woken up by garbage trucks.", _NOT_GLAD),
    ("Cheers for leaving me on read.", _NOT_GLAD),
    ("How kind of you to forget my name again.", _NOT_GLAD),
    ("I have yet to feel excited about this move.", _NOT_GLAD),
    ("Happy is not the word I would use.", _NOT_GLAD),
    ("Hardly anything makes me laugh these days.", _NOT_GLAD),
    ("I'd give anything to be that happy again.", _NOT_GLAD),
    ("She promised to come to my graduation and stayed at home.", _NOT_GLAD),
    ("This was meant to be our honeymoon.", _NOT_GLAD),
    ("My laptop was fine until my brother borrowed it.", _NOT_GLAD),
    ("I could cry with relief.", _NOT_LOW),
    ("The keys are on the table.", frozenset({LISTENING})),
)  # fmt: skip

PLAIN: tuple[Row, ...] = (
    ("I got the apartment I wanted!", frozenset({GLAD})),
    ("My daughter took her first steps today.", frozenset({GLAD})),
    ("I'm so happy, my sister is coming home for Christmas.", frozenset({GLAD})),
    ("We won the championship last night!", frozenset({GLAD})),
    ("I love my new bike so much.", frozenset({GLAD})),
    ("My husband surprised me with flowers.", frozenset({GLAD})),
    ("I'm really proud of my son, he got into medical school.", frozenset({GLAD})),
    ("Only three days until our holiday, I can't wait!", frozenset({GLAD})),
    ("I passed my driving test!", frozenset({GLAD})),
    ("What a wonderful evening with my oldest friends.", frozenset({GLAD})),
    ("I feel so lonely since he left.", frozenset({LOW})),
    ("My dog died this morning.", frozenset({LOW})),
    ("I failed my exam again and I'm so disappointed.", frozenset({LOW})),
    ("I'm terrified of the operation on Monday.", frozenset({LOW})),
    ("My boss shouted at me in front of everyone.", frozenset({LOW})),
    ("Somebody stole my bike last night.", frozenset({LOW})),
    ("I miss my grandmother so much.", frozenset({LOW})),
    ("I'm furious, they cancelled my flight without a word.", frozenset({LOW})),
    ("I'm nervous about my first day at work.", frozenset({LOW})),
    ("There was a dead mouse in my kitchen, so disgusting.", frozenset({LOW})),
)
